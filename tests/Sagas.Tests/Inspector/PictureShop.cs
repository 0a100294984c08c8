using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Persistence;
using Sagas.Persistence.Store;
using Sagas.Tests.Orchestration;

namespace Sagas.Tests.Inspector;

/// <summary>
/// Rows of a shop's busy morning, for pictures: what takes minutes is there at once, and the same each time. None of
/// its sagas is due, so that the worker leaves them alone.
/// </summary>
internal sealed class PictureShop(SagaStoreDbContext store, DateTime now)
{
    /// <summary>The saga that the story is about.</summary>
    public static readonly Guid Stuck = Guid.Parse("01a1f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e");

    public static async Task OpenAsync(EmbeddedWorker worker, CancellationToken ct)
    {
        await using var scope = worker.Services.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<SagaStoreDbContext>();
        var shop = new PictureShop(store, TimeProvider.System.GetUtcNow().UtcDateTime);
        shop.AddStuck();
        shop.AddOthers();
        shop.AddParked();
        await store.SaveChangesAsync(ct);
    }

    private void AddStuck()
    {
        var start = now.AddMinutes(-16);
        store.Add(new SagaState
        {
            CorrelationId = Stuck,
            Name = "order",
            Version = 1,
            State = "Suspended",
            CurrentStep = "reserve-stock",
            Direction = "Compensate",
            Attempt = 3,
            Input = """{"orderId":"4711","customer":"C-1094","lines":[{"sku":"LAMP-2","quantity":2}],"total":118.40}""",
            Results = """{"reserve-stock":{"reservation":"R-88120"},"charge-card":{"payment":"P-30077","amount":118.40}}""",
            Steps = $$"""
                [
                  {"name":"reserve-stock","status":"CompensationFailed","order":1,"attempts":1,"compensationAttempts":3,"startedAt":"{{At(start, 0)}}","endedAt":"{{At(start, 4)}}","error":{"code":"WAREHOUSE_CLOSED","message":"The warehouse takes nothing back on Sundays."} },
                  {"name":"charge-card","status":"Compensated","order":2,"attempts":2,"compensationAttempts":1,"startedAt":"{{At(start, 4)}}","endedAt":"{{At(start, 31)}}","compensatedAt":"{{At(start, 58)}}"},
                  {"name":"book-shipment","status":"Failed","order":3,"attempts":1,"startedAt":"{{At(start, 31)}}","endedAt":"{{At(start, 45)}}","error":{"code":"NO_CARRIER","message":"No carrier goes to this address."} }
                ]
                """,
            Failure = """{"step":"reserve-stock","direction":"Compensate","code":"WAREHOUSE_CLOSED","message":"The warehouse takes nothing back on Sundays.","cause":{"step":"book-shipment","direction":"Execute","code":"NO_CARRIER","message":"No carrier goes to this address."}}""",
            StartedAt = start,
            UpdatedAt = start.AddSeconds(118),
            RowVersion = 14,
            HistorySequence = 19,
        });
        Tell(
            start,
            (0, "SagaStarted", null, null, null, null),
            (0, "StepSent", "reserve-stock", "Execute", 1, null),
            (4, "StepSucceeded", "reserve-stock", "Execute", 1, null),
            (4, "StepSent", "charge-card", "Execute", 1, null),
            (14, "StepFailed", "charge-card", "Execute", 1, $$"""{"code":"BANK_BUSY","message":"Try again later.","retryable":true,"retryAt":"{{At(start, 19)}}"}"""),
            (19, "StepSent", "charge-card", "Execute", 2, null),
            (31, "StepSucceeded", "charge-card", "Execute", 2, null),
            (31, "StepSent", "book-shipment", "Execute", 1, null),
            (45, "StepFailed", "book-shipment", "Execute", 1, """{"code":"NO_CARRIER","message":"No carrier goes to this address.","retryable":false}"""),
            (45, "SagaCompensating", "book-shipment", "Execute", null, """{"code":"NO_CARRIER","message":"No carrier goes to this address."}"""),
            (45, "StepSent", "charge-card", "Compensate", 1, null),
            (58, "StepCompensated", "charge-card", "Compensate", 1, null),
            (58, "StepSent", "reserve-stock", "Compensate", 1, null),
            (68, "StepFailed", "reserve-stock", "Compensate", 1, Closed(start, 76)),
            (76, "StepSent", "reserve-stock", "Compensate", 2, null),
            (86, "StepFailed", "reserve-stock", "Compensate", 2, Closed(start, 104)),
            (104, "StepSent", "reserve-stock", "Compensate", 3, null),
            (118, "StepFailed", "reserve-stock", "Compensate", 3, """{"code":"WAREHOUSE_CLOSED","message":"The warehouse takes nothing back on Sundays.","retryable":true}"""),
            (118, "SagaSuspended", "reserve-stock", "Compensate", 3, """{"code":"WAREHOUSE_CLOSED","message":"The warehouse takes nothing back on Sundays."}"""));
    }

    private void AddOthers()
    {
        string[] states = ["Running", "Running", "Compensating", "Completed", "Completed", "Completed", "Compensated", "Completed", "Completed", "Completed", "Aborted", "Completed"];
        for (var i = 0; i < 48; i++)
        {
            var state = states[i % states.Length];
            var start = now.AddSeconds(-20 - i * 47);
            var isOver = state is "Completed" or "Compensated" or "Aborted";
            var failure = state is "Compensating" or "Compensated" or "Aborted"
                ? """{"step":"charge-card","direction":"Execute","code":"CARD_DECLINED","message":"The bank declined the card."}"""
                : null;
            store.Add(new SagaState
            {
                CorrelationId = new Guid(0x01a1f6a1 + i * 7919, (short)(0x5a0e + i * 613), 0x7c3c, 0x9d, 0x8a, 0x3f, 0x1c, 0x7a, 0x0b, 0x2d, 0x4e),
                Name = i % 5 == 2 ? "refund" : "order",
                Version = 1,
                State = state,
                CurrentStep = isOver ? null : state == "Running" ? "charge-card" : "reserve-stock",
                Direction = isOver ? null : state == "Running" ? "Execute" : "Compensate",
                Attempt = isOver ? 0 : 1,
                DueAt = isOver ? null : now.AddMinutes(30),
                Steps = StepsOf(state),
                Failure = failure,
                StartedAt = start,
                UpdatedAt = start.AddSeconds(isOver ? 14 : 5),
                EndedAt = isOver ? start.AddSeconds(14) : null,
                RowVersion = 3,
            });
        }
    }

    private void AddParked() => store.Add(new OutboxMessage
    {
        MessageId = Guid.Parse("01a1f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4f"),
        DestinationAddress = "rabbitmq://broker/billing",
        ContentType = "application/json",
        MessageType = "urn:message:Sagas.Contracts:SagaCompleted",
        Body = "{}",
        SentTime = now,
        EnqueuedAt = now.AddMinutes(-9),
        NextTryAt = now.AddMinutes(-9),
        Attempts = 10,
        ParkedAt = now.AddMinutes(-8),
        CorrelationId = Stuck,
        LastError = "NOT_FOUND: no exchange 'billing' in vhost '/'",
    });

    private static string StepsOf(string state) => state switch
    {
        "Completed" => """[{"name":"reserve-stock","status":"Succeeded"},{"name":"charge-card","status":"Succeeded"},{"name":"book-shipment","status":"Succeeded"}]""",
        "Running" => """[{"name":"reserve-stock","status":"Succeeded"},{"name":"charge-card","status":"Running"},{"name":"book-shipment","status":"Pending"}]""",
        "Compensating" => """[{"name":"reserve-stock","status":"Compensating"},{"name":"charge-card","status":"Failed"},{"name":"book-shipment","status":"Pending"}]""",
        _ => """[{"name":"reserve-stock","status":"Compensated"},{"name":"charge-card","status":"Failed"},{"name":"book-shipment","status":"Pending"}]""",
    };

    private static string At(DateTime start, int seconds) =>
        start.AddSeconds(seconds).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string Closed(DateTime start, int retryAt) =>
        $$"""{"code":"WAREHOUSE_CLOSED","message":"The warehouse takes nothing back on Sundays.","retryable":true,"retryAt":"{{At(start, retryAt)}}"}""";

    private void Tell(
        DateTime start, params (int Second, string Event, string? Step, string? Direction, int? Attempt, string? Detail)[] story)
    {
        for (var i = 0; i < story.Length; i++)
        {
            var (second, name, step, direction, attempt, detail) = story[i];
            store.Add(new SagaHistoryEntry
            {
                SagaId = Stuck,
                Sequence = i + 1,
                Time = start.AddSeconds(second),
                Event = name,
                Step = step,
                Direction = direction,
                Attempt = attempt,
                Detail = detail,
            });
        }
    }
}
