using System.Text.Json;
using System.Text.RegularExpressions;
using Sagas.Engine;
using Sagas.Persistence;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>What has come of a run, without what differs from run to run: ids and instants.</summary>
/// <param name="State">The saga's state.</param>
/// <param name="Row">What else its row says.</param>
/// <param name="History">Its history.</param>
/// <param name="Messages">The commands and events that were sent.</param>
/// <param name="Answers">The answers to requests.</param>
/// <param name="Counts">What the metrics counted of the saga and its steps.</param>
internal sealed partial record Outcome(
    string State,
    string Row,
    IReadOnlyList<string> History,
    IReadOnlyList<string> Messages,
    IReadOnlyList<string> Answers,
    IReadOnlyDictionary<string, double> Counts)
{
    private static readonly string[] Counters =
    [
        "sagas.started", "sagas.ended", "sagas.compensations", "sagas.suspensions", "sagas.step.attempts",
        "sagas.step.failures", "sagas.step.timeouts", "sagas.step.retries", "sagas.step.compensated",
    ];

    /// <summary>Where requests are answered.</summary>
    public const string AnswerQueue = "answers";

    public static Outcome Of(
        Run run,
        SagaState row,
        IReadOnlyList<SagaHistoryEntry> history,
        IReadOnlyList<OutboxMessage> messages,
        MetricReader metrics)
    {
        var texts = messages.ToLookup(
            message => message.DestinationAddress.EndsWith(AnswerQueue, StringComparison.Ordinal),
            message => $"{message.DestinationAddress.Split('/')[^1]} {MessageOf(message)}");
        return new Outcome(
            row.State,
            Same(run, $"{row.CurrentStep} {row.Direction} {row.Attempt} {row.Results} {row.Steps} {row.Failure}"),
            [.. history.Select(entry => Same(
                run, $"{entry.Event} {entry.Step} {entry.Direction} {entry.Attempt} {entry.Detail}"))],
            [.. texts[false].Select(text => Same(run, text)).Order(StringComparer.Ordinal)],
            [.. texts[true].Select(text => Same(run, text)).Order(StringComparer.Ordinal)],
            Counters.ToDictionary(counter => counter, counter => metrics.Read(counter)));
    }

    /// <summary>Holds what came of a run with a fault against what comes without one.</summary>
    /// <param name="expected">What comes without a fault.</param>
    /// <param name="isAnswerLost">
    /// Whether it may be that something took place and nobody knew: it is asked for again then, so that messages go out
    /// twice, and the second time is found to be a repetition, and said to be one. It is not counted then.
    /// </param>
    public void ShouldBe(Outcome expected, bool isAnswerLost)
    {
        State.ShouldBe(expected.State);
        Row.ShouldBe(expected.Row);
        if (isAnswerLost)
        {
            WithoutIgnored(History).ShouldBe(WithoutIgnored(expected.History));
            Messages.Distinct().ShouldBe(expected.Messages.Distinct());
            expected.Answers.Except(Answers).ShouldBeEmpty();
            Counts.Where(count => count.Value > expected.Counts[count.Key]).ShouldBeEmpty();
        }
        else
        {
            History.ShouldBe(expected.History);
            Messages.ShouldBe(expected.Messages);
            Answers.ShouldBe(expected.Answers);
            Counts.ShouldBe(expected.Counts);
        }
    }

    private static IEnumerable<string> WithoutIgnored(IEnumerable<string> history)
    {
        return history.Where(entry => !entry.StartsWith(HistoryEvents.ReplyIgnored, StringComparison.Ordinal));
    }

    private static string MessageOf(OutboxMessage message)
    {
        return JsonElement.Parse(message.Body).GetProperty("message").GetRawText();
    }

    private static string Same(Run run, string text)
    {
        text = text.Replace($"{run.SagaId}", "{saga}", StringComparison.OrdinalIgnoreCase)
            .Replace(run.Key, "{run}", StringComparison.Ordinal);
        return Instant().Replace(text, "{instant}");
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")]
    private static partial Regex Instant();
}
