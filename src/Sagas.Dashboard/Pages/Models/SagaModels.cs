using System.Text.Encodings.Web;
using System.Text.Json;
using Sagas.Dashboard.Queries;
using Sagas.Dashboard.Viewing;
using Sagas.Engine;

namespace Sagas.Dashboard.Pages.Models;

/// <summary>Makes the page of one saga.</summary>
internal static class SagaModels
{
    private const int LongestPayload = 20_000;

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="saga">The saga.</param>
    /// <param name="history">Its history, or the part of it that is shown.</param>
    /// <param name="visitor">Who looks at it.</param>
    /// <param name="isPostgres">Whether the database is PostgreSQL, otherwise SQLite.</param>
    /// <param name="now">What ages are counted to.</param>
    public static SagaModel Of(
        SagaDetail saga, Page<HistoryView> history, Visitor visitor, bool isPostgres, DateTimeOffset now)
    {
        var timeline = Timeline.Of(saga, history.Items, now);
        var choices = OperatorChoices.Of(saga, arguments: "").ToList();
        return new SagaModel
        {
            Saga = SagaRow.Of(saga),
            StartedBy = saga.StartedBy,
            EndedAt = saga.EndedAt,
            Sentences = [.. Sentences(saga, history.Items, timeline, now)],
            Choices = [.. choices.Select(x => Choice.Of(saga.Id, x))],
            Timeline = TimelineChart.Of(saga, timeline),
            History = [.. history.Items.Select(HistoryLine.Of)],
            MoreHistory = history.Next is { } after ? $"/sagas/{saga.Id}?after={after}" : null,
            Input = visitor.MaySeePayloads ? Payload(saga.Input!.Value) : null,
            Results = visitor.MaySeePayloads ? Payload(saga.Results!.Value) : null,
            CommandLine = string.Join('\n', [$"sagas show {saga.Id} --history", .. choices.Select(x => x.Command)]),
            Sql = Sql(saga.Id, isPostgres ? "sagas." : ""),
        };
    }

    private static IEnumerable<Sentence> Sentences(
        SagaDetail saga, IReadOnlyList<HistoryView> history, Timeline timeline, DateTimeOffset now)
    {
        if (saga.State == nameof(SagaStatus.Aborted)
            && history.LastOrDefault(x => x.Event == HistoryEvents.SagaAborted) is { Detail: not null } end)
        {
            yield return new Sentence(
                "Ended by", $"{end.Text("operator")}, as it was: {end.Text("reason")}", IsBad: true);
        }

        if (saga.Failure is { } failure)
        {
            var isStuck = saga.State == nameof(SagaStatus.Suspended);
            yield return new Sentence(isStuck ? "Stuck, because" : "Turned back, because", Sentence(failure), isStuck);
            if (failure.Cause is { } cause)
            {
                yield return new Sentence("Had turned back, because", Sentence(cause));
            }
        }

        foreach (var wait in WaitText.Of(saga, timeline, now))
        {
            yield return new Sentence("Waits for", $"{wait}.");
        }
    }

    private static string Sentence(FailureView failure) =>
        SummaryText.Describe(failure) is var text && text.EndsWith('.') ? text : $"{text}.";

    private static string Payload(JsonElement value)
    {
        var text = JsonSerializer.Serialize(value, Indented);
        return text.Length <= LongestPayload
            ? text
            : $"{text[..LongestPayload]}\n… and {text.Length - LongestPayload} characters more; as JSON it is whole.";
    }

    private static string Sql(Guid id, string schema) => $"""
        select state, current_step, why, started_by from {schema}saga_overview where id = '{id}';
        select step, status, attempts, error_code, error_message from {schema}saga_step where saga_id = '{id}';
        select time, event, step, attempt, detail from {schema}saga_history where saga_id = '{id}' order by sequence;
        """;
}
