using Sagas.Engine.Definitions;

namespace Sagas.Tests.Definitions;

public sealed class SagaDefinitionBuilderTests
{
    [Fact]
    public void Build_EverythingDeclared_IsWhatTheSameJsonDeclares()
    {
        var built = SagaDefinition.Define("order", version: 2)
            .Describe("what it is for")
            .Step("reserve-stock", step => step
                .Queue("stock", MessageFormat.Json)
                .Timeout(TimeSpan.FromSeconds(30))
                .Critical()
                .Retry(interval: TimeSpan.FromMilliseconds(250), jitter: 0)
                .Compensate(compensation => compensation
                    .Queue("stock.undo", MessageFormat.Envelope)
                    .Timeout(TimeSpan.FromMinutes(10))
                    .Retry(retries: 9, maxInterval: TimeSpan.FromMinutes(1))))
            .Step("charge-card", step => step
                .Queue("payment")
                .Results()
                .Compensate(compensation => compensation.Results("reserve-stock")))
            .Step("book-shipment", step => step.Queue("shipping").Results("reserve-stock", "charge-card").Pivot())
            .Build();

        var read = DefinitionText.Declare("""
            {
              "name": "order",
              "version": 2,
              "description": "what it is for",
              "steps": [
                {
                  "name": "reserve-stock",
                  "queue": "stock",
                  "format": "json",
                  "timeout": "30s",
                  "critical": true,
                  "retry": { "interval": "250ms", "jitter": 0 },
                  "compensation": {
                    "queue": "stock.undo",
                    "format": "envelope",
                    "timeout": "10m",
                    "retry": { "retries": 9, "maxInterval": "60s" }
                  }
                },
                {
                  "name": "charge-card", "queue": "payment", "results": [],
                  "compensation": { "results": ["reserve-stock"] }
                },
                {
                  "name": "book-shipment", "queue": "shipping", "results": ["reserve-stock", "charge-card"],
                  "pivot": true
                }
              ]
            }
            """);
        built.Hash.ShouldBe(read.Hash);
        DefinitionJson.Write(built.Resolve(new())).ShouldBe(DefinitionJson.Write(read.Resolve(new())));
    }

    [Fact]
    public void Build_Mistakes_AreAllNamedInTheWordsOfTheFiles()
    {
        var builder = SagaDefinition.Define("Order", version: 0)
            .Step("a", step => step.Timeout(TimeSpan.Zero).Retry(retries: -1, jitter: double.NaN))
            .Step("a", step => step.Queue("sagas"));

        var exception = Should.Throw<SagaDefinitionException>(builder.Build);

        exception.Total.ShouldBe(8);
        exception.Mistakes.Select(x => x.Path).ShouldBe(
        [
            "name", "version", "steps[0].queue", "steps[0].timeout", "steps[0].retry.retries", "steps[0].retry.jitter",
            "steps[1].queue", "steps[1].name",
        ], ignoreOrder: true);
        exception.Message.ShouldContain(
            "saga Order version 0 (declared in code): steps[0].timeout is \"0s\", which is out of range. " +
            "Allowed: 100ms to 30d");
    }

    [Fact]
    public void Build_NoStep_IsRefused() =>
        Should.Throw<SagaDefinitionException>(SagaDefinition.Define("order", 1).Build)
            .Message.ShouldContain("steps has no step");

    [Fact]
    public void Build_NullName_IsRefused() =>
        Should.Throw<SagaDefinitionException>(() =>
            SagaDefinition.Define(null!, 1).Step(null!, step => step.Queue("q")).Build()).Total.ShouldBe(2);
}
