using System.CommandLine;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sagas.Dashboard.Access;
using Sagas.Dashboard.Api;
using Sagas.Worker.CommandLine.Output;

namespace Sagas.Worker.CommandLine.Commands;

/// <summary>Makes a key of the API, with the settings by which a worker knows it.</summary>
internal sealed partial class KeyCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string> _name = new("NAME")
    {
        Description = "Who will have it: the name stands in the history of what it does.",
    };

    private readonly Option<string[]> _roles = new("--role")
    {
        Description = "What it may do: read; operate, which includes read; payloads, to see inputs and results, which "
            + "includes read. May be repeated. [default: read]",
        HelpName = string.Join('|', ApiAccess.Roles),
        DefaultValueFactory = _ => [ApiAccess.Read],
    };

    private readonly Option<bool> _json = CommandActions.JsonOption();

    private KeyCommand(CommandContext context)
    {
        _context = context;
        _roles.AcceptOnlyFromAmong([.. ApiAccess.Roles]);
        _name.Validators.Add(result =>
        {
            if (!AllowedName().IsMatch(result.GetValueOrDefault<string>()))
            {
                result.AddError("A key's name is 1 to 100 of A-Z a-z 0-9 . _ @ -, without two underscores in a row.");
            }
        });
    }

    public static Command Create(CommandContext context)
    {
        var key = new KeyCommand(context);
        var command = new Command(
            "key", "Makes a new key of the API and the settings for it. Nothing keeps the key: it is shown this once.")
        {
            key._name,
            key._roles,
            key._json,
        };
        command.Do(context, (parse, _) => Task.FromResult(key.Run(parse)));
        return command;
    }

    private int Run(ParseResult parse)
    {
        var name = parse.GetRequiredValue(_name);
        var roles = string.Join(',', parse.GetRequiredValue(_roles).Distinct());
        var key = ApiKey.Create();
        var section = $"{ApiOptions.Section}:{nameof(ApiOptions.Keys)}:{name}";
        var settings = new Dictionary<string, string>
        {
            [$"{section}:{nameof(ApiKeyOptions.Hash)}"] = ApiKey.HashOf(key),
            [$"{section}:{nameof(ApiKeyOptions.Roles)}"] = roles,
        };
        if (parse.GetValue(_json))
        {
            _context.WriteJson(JsonSerializer.SerializeToElement(
                new { Name = name, Key = key, Settings = settings }, JsonSerializerOptions.Web));
            return ExitCodes.Ok;
        }

        _context.Write(
        [
            new Line("The key, for whoever uses it. It is shown this once:"),
            new Line($"  {key}", Palette.Strong),
            new Line(),
            new Line("The settings of the worker, in its environment:"),
            .. settings.Select(x => new Line($"  {x.Key.Replace(":", "__", StringComparison.Ordinal)}={x.Value}")),
        ]);
        return ExitCodes.Ok;
    }

    [GeneratedRegex("^(?!.*__)[A-Za-z0-9._@-]{1,100}$")]
    private static partial Regex AllowedName();
}
