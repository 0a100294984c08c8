using System.Text;
using Sagas.Engine.Definitions;

namespace Sagas.Tests.Definitions;

public sealed class DeclarationReaderTests
{
    [Fact]
    public void Read_EveryProperty_IsTaken()
    {
        var definition = DefinitionText.Declare("""
            {
              "$schema": "../schemas/saga-definition.schema.json",
              "name": "order",
              "version": 7,
              "description": "what it is for",
              "steps": [
                {
                  "name": "reserve-stock",
                  "queue": "stock",
                  "format": "json",
                  "timeout": "30s",
                  "critical": true,
                  "pivot": false,
                  "retry": { "retries": 4, "interval": "250ms", "maxInterval": "5m", "jitter": 0.25 },
                  "compensation": {
                    "queue": "stock.undo",
                    "format": "envelope",
                    "timeout": "1h",
                    "retry": { "retries": 9, "interval": "2s", "maxInterval": "1d", "jitter": 0 }
                  }
                }
              ]
            }
            """).Resolve(new DefinitionDefaults());

        definition.Name.ShouldBe("order");
        definition.Version.ShouldBe(7);
        definition.Description.ShouldBe("what it is for");
        definition.Steps.ShouldHaveSingleItem().ShouldBe(new StepDefinition
        {
            Name = "reserve-stock",
            Participant = new QueueParticipant("stock", MessageFormat.Json),
            Timeout = TimeSpan.FromSeconds(30),
            Retry = Policy(4, TimeSpan.FromMilliseconds(250), TimeSpan.FromMinutes(5), 0.25),
            Compensation = new CompensationDefinition
            {
                Participant = new QueueParticipant("stock.undo"),
                Timeout = TimeSpan.FromHours(1),
                Retry = Policy(9, TimeSpan.FromSeconds(2), TimeSpan.FromDays(1), 0),
            },
        });
    }

    [Fact]
    public void Read_NothingButNameAndQueue_TakesTheDefaults()
    {
        var step = Resolve(DefinitionText.Minimal);

        step.ShouldBe(new StepDefinition
        {
            Name = "a",
            Participant = new QueueParticipant("q"),
            Timeout = TimeSpan.FromSeconds(60),
            Retry = Policy(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), 0.1),
        });
    }

    [Theory]
    [InlineData("true")]
    [InlineData("{}")]
    public void Read_CompensationWithoutDetails_TakesTheStepsParticipantAndTheDefaults(string compensation)
    {
        var step = Resolve(DefinitionText.WithStep($"\"format\":\"json\",\"compensation\":{compensation}"));

        step.Compensation.ShouldBe(new CompensationDefinition
        {
            Participant = new QueueParticipant("q", MessageFormat.Json),
            Timeout = TimeSpan.FromSeconds(300),
            Retry = Policy(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), 0.1),
        });
    }

    [Fact]
    public void Read_CompensationFalse_IsNone() =>
        Resolve(DefinitionText.WithStep("\"compensation\":false")).Compensation.ShouldBeNull();

    [Fact]
    public void Read_Pivot_IsTaken() =>
        Resolve(DefinitionText.WithStep("\"pivot\":true")).Pivot.ShouldBeTrue();

    [Fact]
    public void Read_CriticalStep_IsRetriedMoreOftenUnlessItSaysHowOften()
    {
        Resolve(DefinitionText.WithStep("\"critical\":true")).Retry.Retries.ShouldBe(5);
        Resolve(DefinitionText.WithStep("\"critical\":true,\"retry\":{\"retries\":1}")).Retry.Retries.ShouldBe(1);
    }

    [Fact]
    public void Resolve_OnlyOnePauseDeclared_TheDefaultOfTheOtherGivesWay()
    {
        var slow = Resolve(DefinitionText.WithStep("\"retry\":{\"interval\":\"5m\"}")).Retry;
        slow.Interval.ShouldBe(TimeSpan.FromMinutes(5));
        slow.MaxInterval.ShouldBe(TimeSpan.FromMinutes(5));

        var quick = Resolve(DefinitionText.WithStep("\"retry\":{\"maxInterval\":\"100ms\"}")).Retry;
        quick.Interval.ShouldBe(TimeSpan.FromMilliseconds(100));
        quick.MaxInterval.ShouldBe(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Read_ByteOrderMark_IsPassedOver()
    {
        byte[] json = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(DefinitionText.Minimal)];

        DefinitionText.Check(json).Mistakes.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("", "order.json:1:1: ")]
    [InlineData("   \n  ", "order.json:2:3: ")]
    [InlineData("{", "order.json:1:2: ")]
    [InlineData("{\n  \"name\": \"order\",\n}", "order.json:3:1: ")]
    [InlineData("{\n  // my saga\n}", "order.json:2:3: ")]
    [InlineData("{\n  \"name\": order\n}", "order.json:2:11: ")]
    [InlineData("{} {}", "order.json:1:4: ")]
    [InlineData("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "order.json:1:17: ")]
    public void Read_MalformedJson_IsReportedWithLineAndColumn(string json, string start)
    {
        var mistake = DefinitionText.MistakesOf(json).ShouldHaveSingleItem();

        mistake.ShouldStartWith(start + "the definition is not valid JSON: ");
        mistake.ShouldNotContain("LineNumber");
        mistake.ShouldNotContain("reader options");
    }

    [Fact]
    public void Read_TextThatIsNotUtf8_IsReported()
    {
        byte[] json = [.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        DefinitionText.Check(json).Mistakes.Mistakes.ShouldHaveSingleItem().ToString().ShouldContain("UTF-8");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"order\"")]
    [InlineData("1")]
    public void Read_NotAnObject_IsReported(string json) =>
        DefinitionText.MistakesOf(json).ShouldHaveSingleItem().ShouldContain("which is not an object");

    [Fact]
    public void Read_PropertyTwice_IsReportedAtTheSecond()
    {
        var mistake = DefinitionText.MistakesOf("""
            {
              "name": "order",
              "version": 1,
              "name": "order",
              "steps": [{ "name": "a", "queue": "q" }]
            }
            """).ShouldHaveSingleItem();

        mistake.ShouldBe("order.json:4: name is there twice. Remove one of the two.");
    }

    [Theory]
    [InlineData("\"timout\":\"1s\"", "steps[0].timout is not known here; did you mean \"timeout\"?")]
    [InlineData("\"Timeout\":\"1s\"", "steps[0].Timeout is not known here; did you mean \"timeout\"?")]
    [InlineData("\"compensate\":true", "steps[0].compensate is not known here; did you mean \"compensation\"?")]
    [InlineData("\"retry\":{\"max-interval\":1}", "max-interval\"] is not known here; did you mean \"maxInterval\"?")]
    [InlineData("\"zebra\":1", "steps[0].zebra is not known here. Allowed: name, queue, format, ")]
    [InlineData("\"\":1", "steps[0][\"\"] is not known here. ")]
    [InlineData("\"a.b[0]\":1", "steps[0][\"a.b[0]\"] is not known here. ")]
    public void Read_UnknownProperty_IsReportedWithWhatWasProbablyMeant(string property, string expected) =>
        DefinitionText.MistakesOf(DefinitionText.WithStep(property)).ShouldHaveSingleItem().ShouldContain(expected);

    private static StepDefinition Resolve(string json) =>
        DefinitionText.Declare(json).Resolve(new DefinitionDefaults()).Steps[0];

    private static RetryPolicy Policy(int retries, TimeSpan interval, TimeSpan maxInterval, double jitter) =>
        new() { Retries = retries, Interval = interval, MaxInterval = maxInterval, Jitter = jitter };
}
