using System.Text.Encodings.Web;
using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Orchestration.StateMachine;
using Sagas.Persistence.Store;
using static Sagas.Tests.Orchestration.Engine.TestDefinitions;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>The row is a public interface: people and views read its columns and its JSON.</summary>
public sealed class SagaStateMapperTests
{
    private static readonly Guid Id = Guid.Parse("0a1b2c3d-0000-4000-8000-000000000001");
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    [Fact]
    public void Write_RunningSaga_FillsTheColumns()
    {
        var run = new EngineRun(Order()).Succeed("7").Due();

        var row = Row(run.Saga);

        row.CorrelationId.ShouldBe(run.Saga.SagaId);
        row.Name.ShouldBe("order");
        row.Version.ShouldBe(3);
        row.State.ShouldBe("Running");
        row.CurrentStep.ShouldBe("charge");
        row.Direction.ShouldBe("Execute");
        row.Attempt.ShouldBe(2);
        row.DueAt.ShouldBe(new DateTime(2030, 1, 2, 3, 6, 5, DateTimeKind.Utc));
        row.DueAt!.Value.Kind.ShouldBe(DateTimeKind.Utc);
        row.Input.ShouldBe("""{"order":17}""");
        row.Results.ShouldBe("""{"reserve":7}""");
        row.Failure.ShouldBeNull();
        row.HistorySequence.ShouldBe(run.History.Count);
        row.EventSequence.ShouldBe(2);
        row.StartedAt.ShouldBe(EngineRun.Epoch.UtcDateTime);
        row.UpdatedAt.ShouldBe(run.Now.UtcDateTime);
        row.EndedAt.ShouldBeNull();
    }

    [Fact]
    public void Write_AnyChange_ReleasesTheClaimAndLeavesTheRowVersion()
    {
        var row = new SagaState { DueClaimedUntil = DateTime.UnixEpoch, RowVersion = 42 };

        SagaStateMapper.Write(new EngineRun(Order()).Saga, row);

        row.DueClaimedUntil.ShouldBeNull();
        row.RowVersion.ShouldBe(42);
    }

    [Fact]
    public void Write_Steps_AreAnArrayInTheDefinitionsOrder()
    {
        var run = new EngineRun(Order(1)).Succeed().Due().Fail(true, "BÜSY", "Büsy.").Due();

        using var steps = JsonDocument.Parse(Row(run.Saga).Steps);

        steps.RootElement.EnumerateArray().Select(step => step.GetProperty("name").GetString())
            .ShouldBe(["reserve", "charge", "ship"]);
    }

    [Fact]
    public void Write_StepThatWasUndone_JsonHasAllThatPeopleAskFor()
    {
        var run = new EngineRun(Saga(Step("reserve"))).Due().Fail(false, "NÖ", "\"Nö.\"").Due().Due().Succeed();

        JsonSerializer.Serialize(JsonDocument.Parse(Row(run.Saga).Steps), Indented).ShouldBe(
            """
            [
              {
                "name": "reserve",
                "status": "Compensated",
                "order": 1,
                "attempts": 2,
                "round": 2,
                "compensationAttempts": 2,
                "compensationRound": 1,
                "startedAt": "2030-01-02T03:04:05+00:00",
                "endedAt": "2030-01-02T03:05:05+00:00",
                "compensatedAt": "2030-01-02T03:10:06+00:00",
                "error": {
                  "code": "STEP_COMPENSATION_TIMEOUT",
                  "message": "No answer to attempt 1 came within 300 s."
                },
                "compensationOwed": false,
                "execution": {
                  "attempts": [
                    {
                      "round": 1,
                      "outcome": "Unknown"
                    },
                    {
                      "round": 1,
                      "outcome": "Failed"
                    }
                  ]
                },
                "compensation": {
                  "attempts": [
                    {
                      "round": 1,
                      "outcome": "Unknown"
                    },
                    {
                      "round": 1,
                      "outcome": "Succeeded"
                    }
                  ]
                }
              }
            ]
            """);
    }

    [Fact]
    public void Write_StepNeverStarted_HasNoOrderAndNoTimes()
    {
        var run = new EngineRun(Order());

        using var steps = JsonDocument.Parse(Row(run.Saga).Steps);

        var step = steps.RootElement[2];
        step.GetProperty("status").GetString().ShouldBe("Pending");
        step.GetProperty("attempts").GetInt32().ShouldBe(0);
        foreach (var name in new[] { "order", "startedAt", "endedAt", "compensatedAt", "error" })
        {
            step.TryGetProperty(name, out _).ShouldBeFalse(name);
        }
    }

    [Fact]
    public void Write_Failure_IsAnObject()
    {
        var run = new EngineRun(Order()).Succeed().Fail(false, "NO", "Nö.");

        Row(run.Saga).Failure.ShouldBe("""{"step":"charge","direction":"Execute","code":"NO","message":"Nö."}""");
    }

    [Fact]
    public void Read_ReopenedSaga_KnowsWhereItReturnsTo()
    {
        var run = new EngineRun(Order(0)).Due().Succeed();
        run.LateSuccess("reserve");

        run.Last.Saga.EndedAs.ShouldBe(SagaStatus.Compensated);
        run.Saga.EndedAs.ShouldBe(SagaStatus.Compensated);
    }

    [Fact]
    public void Read_StepsThatSayWhatIsNullOrEmpty_AreThoseThatDoNot()
    {
        var saga = new EngineRun(Order()).Saga;
        var row = Row(saga);
        row.Steps.ShouldContain("\"compensation\":{}");
        row.Steps = row.Steps
            .Replace(
                "\"compensation\":{}",
                """
                "compensation":{"attempts":[],"setStart":0,"runStart":0}
                """,
                StringComparison.Ordinal)
            .Replace(
                "\"status\"",
                """
                "order":null,"endedAt":null,"error":null,"status"
                """,
                StringComparison.Ordinal);

        var steps = SagaStateMapper.Read(row).Steps;

        steps[2].ShouldBe(SagaStateMapper.Read(Row(saga)).Steps[2]);
    }

    [Fact]
    public void Read_InstantsWithoutKind_AreUtc()
    {
        var row = Row(new EngineRun(Order()).Saga);
        row.DueAt = DateTime.SpecifyKind(row.DueAt!.Value, DateTimeKind.Unspecified);
        row.StartedAt = DateTime.SpecifyKind(row.StartedAt, DateTimeKind.Unspecified);

        var saga = SagaStateMapper.Read(row);

        saga.DueAt.ShouldBe(EngineRun.Epoch + ExecutionTimeout);
        saga.StartedAt.ShouldBe(EngineRun.Epoch);
    }

    [Fact]
    public void ToEntry_RecordOfAStep_FillsTheColumns()
    {
        var record = new HistoryRecord(
            9,
            EngineRun.Epoch,
            HistoryEvents.StepFailed,
            "charge",
            StepDirection.Execute,
            2,
            new HistoryDetail { Code = "NÖ", Retryable = false });

        var entry = SagaStateMapper.ToEntry(Id, record);

        entry.SagaId.ShouldBe(Id);
        entry.Sequence.ShouldBe(9);
        entry.Time.ShouldBe(EngineRun.Epoch.UtcDateTime);
        entry.Event.ShouldBe("StepFailed");
        entry.Step.ShouldBe("charge");
        entry.Direction.ShouldBe("Execute");
        entry.Attempt.ShouldBe(2);
        entry.Detail.ShouldBe("""{"code":"NÖ","retryable":false}""");
    }

    [Fact]
    public void ToEntry_RecordOfTheSaga_LeavesTheRestEmpty()
    {
        var record = new HistoryRecord(1, EngineRun.Epoch, HistoryEvents.SagaStarted, null, null, null, null);

        var entry = SagaStateMapper.ToEntry(Id, record);

        entry.Step.ShouldBeNull();
        entry.Direction.ShouldBeNull();
        entry.Attempt.ShouldBeNull();
        entry.Detail.ShouldBeNull();
    }

    private static SagaState Row(SagaInstance saga)
    {
        var row = new SagaState();
        SagaStateMapper.Write(saga, row);
        return row;
    }
}
