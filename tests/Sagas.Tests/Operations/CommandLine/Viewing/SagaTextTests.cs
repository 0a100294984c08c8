using System.Text.Json;
using System.Text.RegularExpressions;
using Sagas.Dashboard.Queries;
using Sagas.Worker.CommandLine.Viewing;

namespace Sagas.Tests.Operations.CommandLine.Viewing;

public sealed class SagaTextTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Id = Guid.Parse("0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e");

    private readonly List<HistoryView> _history = [];

    [Fact]
    public void Tell_SuspendedSaga_IsAScreenThatExplainsIt()
    {
        StuckStory();
        var saga = Stuck();

        var text = Tell(saga, Start.AddMinutes(14), 80);

        Collapse(text).ShouldBe(Collapse(
            """
            order v1  0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e
            Suspended  0 of 3 steps done, 1 undone  started 2026-01-31 12:00:00Z, 14m 0s ago

            stuck        undoing 'reserve' failed: CLOSED: The warehouse is closed.
            turned back  'ship' failed: NO_CARRIER: No carrier today.
            waits for    an operator: nothing happens by itself since 2026-01-31 12:01:40Z,
                         12m 20s ago

            STEP     STATUS              TRIES  12:00:00Z                            +1m 40s
            reserve  CompensationFailed  1+2    ███✓                        ▒▒▒▒▒✗·····▒▒▒✗!
            charge   Compensated         2+1       ████✗·····█████✓  ▒▒▒▒▒▒▒↩
            ship     Failed              1                        ███✗
            █ attempt ▒ undoing · waiting ✓ done ✗ failed ? no answer ↩ undone ! suspended

            What you can do
              try again to undo 'reserve', once its cause is mended:
                sagas retry 0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e --reason "…"
              undo 'reserve' by hand, then go on with undoing the steps before it:
                sagas skip 0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e --step reserve --reason "…"
              end it as it is: nothing more is done or undone:
                sagas abort 0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e --reason "…"
            """));
    }

    [Fact]
    public void Tell_TimeOfASuspension_IsLeftOutOfTheAxis()
    {
        StuckStory();
        Add(36_100, "SagaRetried", "reserve", "Compensate");
        Add(36_100, "StepSent", "reserve", "Compensate", 3);
        Add(36_110, "StepCompensated", "reserve", "Compensate", 3);
        Add(36_110, "SagaCompensated");
        var saga = Stuck() with
        {
            State = "Compensated",
            EndedAt = Start.AddSeconds(36_110),
            Failure = Stuck().Failure!.Cause,
            CurrentStep = null,
        };

        var text = Tell(saga, Start.AddDays(1), 80);

        text.ShouldContain("┊ 10h 0m left out in which it stood still");
        var line = text.Split('\n').Single(x => x.StartsWith("reserve ", StringComparison.Ordinal));
        line.TrimEnd().ShouldEndWith("↩");
        text.Split('\n').Single(x => x.StartsWith("charge ", StringComparison.Ordinal)).ShouldContain("┊");
        text.ShouldNotContain("What you can do");
    }

    [Fact]
    public void Tell_ManyQuickAttempts_ShowTheEndOfEach()
    {
        foreach (var attempt in Enumerable.Range(1, 4))
        {
            Add(attempt * 0.01, "StepSent", "charge", "Execute", attempt);
            Add(attempt * 0.01 + 0.001, "StepFailed", "charge", "Execute", attempt, """{"retryAt":"2026-01-31T12:00:01Z"}""");
        }

        Add(600, "StepSent", "ship", "Execute", 1);

        Tell(Stuck(), Start.AddSeconds(600), 80).Split('\n').Single(x => x.StartsWith("charge ", StringComparison.Ordinal))
            .ShouldContain("✗✗✗✗");
    }

    [Fact]
    public void Tell_StepThatWaitsForACircuit_SaysWhatThatMeansAndUntilWhen()
    {
        Add(0, "StepSent", "ship", "Execute", 1);
        Add(1, "StepDeferred", "ship", "Execute", 1, """{"code":"CIRCUIT_OPEN","retryAt":"2026-01-31T12:01:00Z"}""");
        var saga = Stuck() with
        {
            State = "Running",
            Failure = null,
            CurrentStep = "ship",
            DueAt = Start.AddMinutes(1),
            Steps = [new StepView { Name = "ship", Status = "Running", WaitsFor = "CIRCUIT_OPEN" }],
        };

        var text = Tell(saga, Start.AddSeconds(30), 100);

        Flat.Of(text).ShouldContain(
            "waits for room to execute 'ship': CIRCUIT_OPEN, so many calls to its host failed that none is made for a while, "
            + "until 12:01:00Z (in 30s)");
        text.ShouldContain("sagas cancel");
    }

    [Fact]
    public void Tell_MessageWithTerminalCodes_HasThemTakenOut()
    {
        var saga = Stuck();
        saga = saga with { Failure = saga.Failure! with { Message = "boo\u001b[2Jm\u0007\u202e" } };

        var text = Tell(saga, Start, 80);

        text.ShouldContain("CLOSED: boo [2Jm");
        text.ShouldNotContain("\u001b");
        text.ShouldNotContain("\u0007");
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    public void Tell_AnyWidth_FitsButForCommands(int width)
    {
        StuckStory();

        Tell(Stuck(), Start.AddMinutes(14), width).Split('\n')
            .Where(x => !x.Contains("sagas ", StringComparison.Ordinal) && !x.Contains(':', StringComparison.Ordinal))
            .ShouldAllBe(x => x.Length <= Math.Max(width, 56));
    }

    /// <summary>How long each bar is, is not told here.</summary>
    private static string Collapse(string text) => Regex.Replace(text, "([^A-Za-z0-9])\\1+", "$1");

    private static SagaDetail Stuck() => new()
    {
        Id = Id,
        Name = "order",
        Version = 1,
        State = "Suspended",
        Progress = new ProgressView(0, 1, 3),
        CurrentStep = "reserve",
        Direction = "Compensate",
        StartedAt = Start,
        UpdatedAt = Start.AddSeconds(100),
        Revision = 9,
        Input = JsonElement.Parse("{}"),
        Results = JsonElement.Parse("{}"),
        Failure = new FailureView
        {
            Step = "reserve",
            Direction = "Compensate",
            Code = "CLOSED",
            Message = "The warehouse is closed.",
            Cause = new FailureView { Step = "ship", Direction = "Execute", Code = "NO_CARRIER", Message = "No carrier today." },
        },
        Steps =
        [
            new StepView { Name = "reserve", Status = "CompensationFailed", Attempts = 1, CompensationAttempts = 2 },
            new StepView { Name = "charge", Status = "Compensated", Attempts = 2, CompensationAttempts = 1 },
            new StepView { Name = "ship", Status = "Failed", Attempts = 1 },
        ],
    };

    private void StuckStory()
    {
        Add(0, "SagaStarted");
        Add(0, "StepSent", "reserve", "Execute", 1);
        Add(8, "StepSucceeded", "reserve", "Execute", 1);
        Add(8, "StepSent", "charge", "Execute", 1);
        Add(16, "StepFailed", "charge", "Execute", 1, """{"code":"BUSY","retryAt":"2026-01-31T12:00:30Z"}""");
        Add(30, "StepSent", "charge", "Execute", 2);
        Add(42, "StepSucceeded", "charge", "Execute", 2);
        Add(42, "StepSent", "ship", "Execute", 1);
        Add(49, "StepFailed", "ship", "Execute", 1, """{"code":"NO_CARRIER"}""");
        Add(49, "SagaCompensating");
        Add(49, "StepSent", "charge", "Compensate", 1);
        Add(64, "StepCompensated", "charge", "Compensate", 1);
        Add(64, "StepSent", "reserve", "Compensate", 1);
        Add(76, "StepFailed", "reserve", "Compensate", 1, """{"code":"CLOSED","retryAt":"2026-01-31T12:01:30Z"}""");
        Add(90, "StepSent", "reserve", "Compensate", 2);
        Add(100, "StepFailed", "reserve", "Compensate", 2, """{"code":"CLOSED"}""");
        Add(100, "SagaSuspended", "reserve", "Compensate");
    }

    private void Add(
        double second, string name, string? step = null, string? direction = null, int? attempt = null, string? detail = null) =>
        _history.Add(new HistoryView
        {
            Sequence = _history.Count + 1,
            Time = Start.AddSeconds(second),
            Event = name,
            Step = step,
            Direction = direction,
            Attempt = attempt,
            Detail = detail is null ? null : JsonElement.Parse(detail),
        });

    private string Tell(SagaDetail saga, DateTimeOffset now, int width) =>
        string.Join('\n', new SagaText(width, "").Tell(saga, _history, now).Select(x => x.ToString().TrimEnd()));
}
