using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;

namespace Sagas.Dashboard.Api;

/// <summary>Says why the worker cannot listen where it was told to.</summary>
internal static partial class ListenFailure
{
    private const string Setting = $"{ApiOptions.Section}:{nameof(ApiOptions.Listen)}";

    /// <returns>What to tell people, or <see langword="null"/> if the exception is another one.</returns>
    public static string? Describe(Exception exception) => exception switch
    {
        IOException { InnerException: AddressInUseException } =>
            $"{Setting}: {Address(exception)} is in use by another program, or another worker. Name another port, or "
            + $"set {ApiOptions.Section}:{nameof(ApiOptions.Enabled)} to false.",
        IOException { InnerException: SocketException socket } when IsOfListening(exception) =>
            $"{Setting}: {Address(exception)} cannot be listened on: {socket.Message}.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } socket =>
            $"{Setting}: its port cannot be listened on: {socket.Message}. Ports below 1024 need special rights.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } socket =>
            $"{Setting}: it names an address that this machine does not have: {socket.Message}.",
        _ => null,
    };

    private static bool IsOfListening(Exception exception) => BoundAddress().IsMatch(exception.Message);

    private static string Address(Exception exception) =>
        BoundAddress().Match(exception.Message) is { Success: true } match ? match.Groups[1].Value : "its address";

    [GeneratedRegex(@"bind to address (\S+?):? ")]
    private static partial Regex BoundAddress();
}
