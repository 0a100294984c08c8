namespace Sagas.Worker.Operations.Api;

/// <summary>Reads <see cref="ApiOptions.Listen"/>.</summary>
internal static class ListenAddresses
{
    public static IReadOnlyList<string> Of(ApiOptions options) =>
        options.Listen.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
