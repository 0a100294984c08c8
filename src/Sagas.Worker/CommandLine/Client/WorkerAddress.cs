using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Sagas.Dashboard.Api;

namespace Sagas.Worker.CommandLine.Client;

/// <summary>The options that say which worker a command talks to, and with which key.</summary>
internal sealed class WorkerAddress
{
    private const string UrlVariable = "SAGAS_URL";
    private const string KeyVariable = "SAGAS_API_KEY";
    private const string KeyFileVariable = "SAGAS_API_KEY_FILE";

    // In the environment, a section is parted from its key by two underscores.
    private static readonly string ListenVariable =
        $"{ApiOptions.Section}:{nameof(ApiOptions.Listen)}".Replace(
            ConfigurationPath.KeyDelimiter, "__", StringComparison.Ordinal);

    private static readonly string[] EveryAddress = ["://0.0.0.0", "://[::]", "://*", "://+"];

    private readonly Option<string?> _url = new("--url")
    {
        Description = $"The worker's address. [default: {UrlVariable}, else where the worker of this machine listens: "
            + $"{new ApiOptions().Listen}]",
    };

    private readonly Option<string?> _keyFile = new("--key-file")
    {
        Description = $"A file whose first line is the API key. [default: the key in {KeyVariable}, else the file "
            + $"named by {KeyFileVariable}]",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_keyFile);
    }

    /// <summary>What to add to a command line that is to reach the same worker.</summary>
    public string ToArguments(ParseResult parse)
    {
        var url = parse.GetValue(_url) is { } address ? $" --url {address}" : "";
        return parse.GetValue(_keyFile) is { } file ? $"{url} --key-file {file}" : url;
    }

    /// <exception cref="CommandException">The address or the key cannot be used.</exception>
    public WorkerClient Connect(ParseResult parse, CommandContext context) =>
        new(Url(parse, context), Key(parse, context));

    private Uri Url(ParseResult parse, CommandContext context)
    {
        var (text, source) = parse.GetValue(_url) is { } option ? (option, "--url")
            : context.Variable(UrlVariable) is { Length: > 0 } variable ? (variable, UrlVariable)
            : (OfThisMachine(context.Variable(ListenVariable)), ListenVariable);
        return Uri.TryCreate(text, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"
            && url.UserInfo.Length == 0
            ? url
            : throw CommandException.Usage(
                $"{source} is '{text}', which is no address of a worker. Write for instance http://127.0.0.1:8080.");
    }

    /// <summary>Where to find on this machine what listens like that.</summary>
    private static string OfThisMachine(string? listen)
    {
        var address = ListenAddresses.Of(
            new ApiOptions { Listen = listen is { Length: > 0 } ? listen : new ApiOptions().Listen })
            .FirstOrDefault("");
        return EveryAddress.Aggregate(
            address, (text, any) => text.Replace(any, "://127.0.0.1", StringComparison.Ordinal));
    }

    private string? Key(ParseResult parse, CommandContext context)
    {
        if (parse.GetValue(_keyFile) is null && context.Variable(KeyVariable) is { Length: > 0 } variable)
        {
            return Checked(variable, KeyVariable);
        }

        if ((parse.GetValue(_keyFile) ?? context.Variable(KeyFileVariable)) is not { Length: > 0 } file)
        {
            return null;
        }

        try
        {
            return Checked(File.ReadLines(file).FirstOrDefault(""), $"The file {file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"The key cannot be read: {exception.Message}");
        }
    }

    // The key itself stays out of the message.
    private static string Checked(string key, string source) =>
        key.Trim() is { Length: > 0 } trimmed && trimmed.All(x => x is > ' ' and < '\u007f')
            ? trimmed
            : throw CommandException.Usage(
                $"{source} holds no key: it is empty, or has blanks or other than ASCII in it.");
}
