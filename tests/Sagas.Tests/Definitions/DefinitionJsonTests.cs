using Sagas.Engine.Definitions;

namespace Sagas.Tests.Definitions;

public sealed class DefinitionJsonTests
{
    private static readonly DefinitionDefaults OtherDefaults = new(
        new StepOptions
        {
            Timeout = TimeSpan.FromMilliseconds(1234.5),
            Retries = 17,
            CriticalRetries = 18,
            Interval = TimeSpan.FromMilliseconds(3),
            MaxInterval = TimeSpan.FromHours(7),
            Jitter = 0.333,
        },
        new CompensationOptions { Timeout = TimeSpan.FromDays(30), Retries = 99 });

    [Fact]
    public void Write_ADefinition_IsReadBackWhateverTheDefaultsAreByThen()
    {
        var definition = DefinitionText.Declare("""
            {
              "name": "order", "version": 3, "description": "Grüße, \"<&>\" 🚚",
              "steps": [
                { "name": "a", "queue": "q", "format": "json", "critical": true, "compensation": true },
                { "name": "b", "queue": "q", "compensation": { "queue": "r", "format": "envelope" } },
                { "name": "c", "queue": "q", "pivot": true }
              ]
            }
            """).Resolve(OtherDefaults);

        var copy = DefinitionJson.Read(DefinitionJson.Write(definition), "stored");

        copy.Steps.ShouldBe(definition.Steps);
        (copy with { Steps = definition.Steps }).ShouldBe(definition);
    }

    [Fact]
    public void Write_ADefinition_HasTheApprovedForm() =>
        Approval.Matches(
            DefinitionJson.Write(DefinitionText.Declare("""
                {
                  "name": "order", "version": 1,
                  "steps": [
                    { "name": "a", "queue": "q", "compensation": true },
                    { "name": "b", "queue": "r", "format": "json" }
                  ]
                }
                """).Resolve(new DefinitionDefaults())),
            "stored");

    [Fact]
    public void Write_ResultsThatAStepSays_AreReadBack()
    {
        var definition = DefinitionText.Declare("""
            {
              "name": "order", "version": 1,
              "steps": [
                { "name": "a", "queue": "q", "results": [], "compensation": { "results": [] } },
                { "name": "b", "queue": "q", "compensation": true },
                { "name": "c", "queue": "q", "results": ["b", "a"], "compensation": { "results": ["a"] } }
              ]
            }
            """).Resolve(OtherDefaults);

        var copy = DefinitionJson.Read(DefinitionJson.Write(definition), "stored");

        copy.Steps.Select(step => step.Results).ShouldBe([[], null, ["b", "a"]]);
        copy.Steps.Select(step => step.Compensation!.Results).ShouldBe([[], [], ["a"]]);
    }

    [Fact]
    public void Write_ADefinition_IsAValidDefinitionFile()
    {
        var declared = DefinitionText.Declare(DefinitionText.WithStep("\"compensation\":true"));

        DefinitionText.MistakesOf(DefinitionJson.Write(declared.Resolve(OtherDefaults))).ShouldBeEmpty();
    }

    [Fact]
    public void Read_WhatThisWorkerDoesNotKnow_IsRefusedRatherThanPassedOver() =>
        Should.Throw<SagaDefinitionException>(() =>
            DefinitionJson.Read(DefinitionText.WithStep("\"teleport\":true"), "saga order version 1 (stored)"))
            .Message.ShouldContain("saga order version 1 (stored):1: steps[0].teleport is not known here");

    [Fact]
    public void Read_BrokenText_IsRefused() =>
        Should.Throw<SagaDefinitionException>(() => DefinitionJson.Read("{", "stored"));

    [Fact]
    public void Read_AContentThatBreaksARuleOfToday_StillRuns() =>
        DefinitionJson.Read(
            """{"name":"OLD","version":1,"steps":[{"name":"A B","queue":"q","timeout":"90d"}]}""", "stored")
            .Steps[0].Timeout.ShouldBe(TimeSpan.FromDays(90));
}
