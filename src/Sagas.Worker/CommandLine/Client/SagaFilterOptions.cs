using System.CommandLine;
using System.Globalization;
using Sagas.Contracts.Text;
using Sagas.Dashboard.Queries;
using Sagas.Engine;

namespace Sagas.Worker.CommandLine.Client;

/// <summary>The options that say which sagas to list: the API's own query.</summary>
internal sealed class SagaFilterOptions
{
    private readonly Option<string[]> _state = new("--state")
    {
        Description = $"Only those in this state: {string.Join(", ", SagaStates.All)}. May be repeated.",
    };

    private readonly Option<bool> _suspended = new("--suspended") { Description = "Only those that need an operator." };
    private readonly Option<string?> _name = new("--name") { Description = "Only those of this definition." };
    private readonly Option<int?> _version = new("--saga-version")
    {
        Description = "Only those of this version of it.",
    };

    private readonly Option<string?> _from = new("--from")
    {
        Description = "Only those started at this instant (2026-01-31T12:00:00Z) or this long ago (2h) or later.",
    };

    private readonly Option<string?> _to = new("--to") { Description = "Only those started before that." };
    private readonly Option<string?> _text = new("--text")
    {
        Description = "Only those with this in their id, idempotency key, or failure.",
    };

    private readonly Option<string> _sort = new("--sort")
    {
        Description = "'attention' has those first that need somebody, 'newest' the last started.",
        DefaultValueFactory = _ => "attention",
    };

    private readonly Option<int?> _limit = new("--limit")
    {
        Description = "How many at most. [default: the worker's, 50]",
    };

    public SagaFilterOptions() => _sort.AcceptOnlyFromAmong("attention", "newest");

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _suspended, _state, _name, _version, _from, _to, _text, _sort, _limit })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The query of the API, with its question mark.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="now">What durations count back from.</param>
    /// <param name="cursor">Where the page begins.</param>
    public string ToQuery(ParseResult parse, DateTimeOffset now, string? cursor = null)
    {
        List<string> states = [.. parse.GetValue(_state) ?? []];
        if (parse.GetValue(_suspended))
        {
            states.Add(nameof(SagaStatus.Suspended));
        }

        var values = new (string Name, string? Value)[]
        {
            ("state", states.Count == 0 ? null : string.Join(',', states)),
            ("name", parse.GetValue(_name)),
            ("version", Number(parse.GetValue(_version))),
            ("from", Instant(parse.GetValue(_from), now)),
            ("to", Instant(parse.GetValue(_to), now)),
            ("text", parse.GetValue(_text)),
            ("sort", parse.GetValue(_sort)),
            ("limit", Number(parse.GetValue(_limit))),
            ("cursor", cursor),
        };
        return "?" + string.Join('&', values.Where(x => x.Value is not null)
            .Select(x => $"{x.Name}={Uri.EscapeDataString(x.Value!)}"));
    }

    private static string? Number(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string? Instant(string? text, DateTimeOffset now) =>
        text is not null && Duration.TryParse(text, out var ago) && ago < now - DateTimeOffset.MinValue
            ? (now - ago).ToString("O", CultureInfo.InvariantCulture)
            : text;
}
