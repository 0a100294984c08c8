using System.CommandLine;
using System.CommandLine.Parsing;

namespace Sagas.Worker.CommandLine;

/// <summary>The options with which the command line overrides the worker's configuration.</summary>
internal sealed class WorkerSettings
{
    private const string DatabaseKey = "ConnectionStrings:Sagas";

    private readonly Option<string?> _database = DatabaseOption();

    private readonly Option<string?> _broker = new("--broker")
    {
        Description = "RabbitMQ: 'amqp://user:password@host:5672/'. [default: ConnectionStrings__RabbitMq, "
            + "else in memory]",
    };

    private readonly Option<string?> _definitions = new("--definitions")
    {
        Description = "The folder with the saga definitions. [default: Sagas__Definitions__Path, else sagas]",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Any other setting, as KEY=VALUE, for instance Sagas:Steps:Timeout=30s. May be repeated.",
        AllowMultipleArgumentsPerToken = false,
    };

    public static Option<string?> DatabaseOption() => new("--database")
    {
        Description = "The worker's database: 'Host=…;Database=…;Username=…;Password=…' or 'Data Source=sagas.db'. "
            + "[default: ConnectionStrings__Sagas, else the file sagas.db]",
    };

    /// <summary>The configuration that names a database, or leaves it to the environment.</summary>
    public static Dictionary<string, string?> OfDatabase(string? connectionString) =>
        connectionString is null ? [] : new() { [DatabaseKey] = connectionString };

    public void AddTo(Command command)
    {
        _set.Validators.Add(NeedsKeyAndValue);
        command.Options.Add(_database);
        command.Options.Add(_broker);
        command.Options.Add(_definitions);
        command.Options.Add(_set);
    }

    public Dictionary<string, string?> ToConfiguration(ParseResult parse)
    {
        var configuration = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        Put(DatabaseKey, parse.GetValue(_database));
        Put("ConnectionStrings:RabbitMq", parse.GetValue(_broker));
        Put("Sagas:Definitions:Path", parse.GetValue(_definitions));
        foreach (var setting in parse.GetValue(_set) ?? [])
        {
            var parts = setting.Split('=', 2);
            configuration[parts[0]] = parts[1];
        }

        return configuration;

        void Put(string key, string? value)
        {
            if (value is not null)
            {
                configuration[key] = value;
            }
        }
    }

    private static void NeedsKeyAndValue(OptionResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (token.Value.IndexOf('=', StringComparison.Ordinal) < 1)
            {
                result.AddError($"--set takes KEY=VALUE, for instance Sagas:Steps:Timeout=30s, not '{token.Value}'.");
            }
        }
    }
}
