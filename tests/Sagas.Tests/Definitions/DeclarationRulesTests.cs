using System.Text.RegularExpressions;

namespace Sagas.Tests.Definitions;

public sealed partial class DeclarationRulesTests
{
    [Fact]
    public void Check_ManyMistakes_AreAllReportedInTheOrderOfTheFileWithTheirLines()
    {
        var mistakes = DefinitionText.MistakesOf("""
            {
              "name": "Order",
              "version": 0,
              "steps": [
                {
                  "name": "reserve-stock",
                  "timeout": "30 s",
                  "critical": "yes"
                },
                {
                  "name": "reserve-stock",
                  "queue": "sagas",
                  "format": "jsn",
                  "retry": { "retries": 101, "interval": "5m", "maxInterval": "1m", "jitter": 1.5 },
                  "compensation": { "timeout": 30 }
                },
                "book-shipment"
              ]
            }
            """);

        mistakes.Select(x => WithoutWhatIsAllowed(x)).ShouldBe(
        [
            "order.json:2: name is \"Order\", which is not allowed",
            "order.json:3: version is 0, which is out of range",
            "order.json:5: steps[0].queue is missing",
            "order.json:7: steps[0].timeout is \"30 s\", which is not a duration",
            "order.json:8: steps[0].critical is \"yes\", which is not true or false",
            "order.json:11: steps[1].name is \"reserve-stock\", which is the name of steps[0] as well",
            "order.json:12: steps[1].queue is \"sagas\", which is not allowed",
            "order.json:13: steps[1].format is \"jsn\", which is not a format; did you mean \"json\"?",
            "order.json:14: steps[1].retry.retries is 101, which is out of range",
            "order.json:14: steps[1].retry.jitter is 1.5, which is out of range",
            "order.json:14: steps[1].retry.maxInterval is \"1m\", which is shorter than interval, \"5m\"",
            "order.json:15: steps[1].compensation.timeout is 30, which is not a duration in quotes",
            "order.json:17: steps[2] is \"book-shipment\", which is not an object",
        ]);
    }

    [Fact]
    public void Check_AMistake_SaysWhatIsAllowed()
    {
        DefinitionText.MistakesOf(DefinitionText.WithStep("\"timeout\":\"10ms\"")).ShouldBe(
        [
            "order.json:1: steps[0].timeout is \"10ms\", which is out of range. " +
            "Allowed: 100ms to 30d, as a number and a unit (ms, s, m, h, d), for instance \"30s\".",
        ]);
        DefinitionText.MistakesOf(DefinitionText.WithStep("\"retry\":{\"interval\":\"0s\"}")).ShouldBe(
        [
            "order.json:1: steps[0].retry.interval is \"0s\", which is out of range. " +
            "Allowed: 1ms to 1d, as a number and a unit (ms, s, m, h, d), for instance \"30s\".",
        ]);
    }

    [Fact]
    public void Check_EmptyObject_NamesEverythingThatIsMissing() =>
        DefinitionText.MistakesOf("{}").Select(WithoutWhatIsAllowed).ShouldBe(
        [
            "order.json:1: name is missing",
            "order.json:1: version is missing",
            "order.json:1: steps is missing",
        ]);

    [Fact]
    public void Check_NoStep_IsRefused() =>
        DefinitionText.MistakesOf("""{"name":"order","version":1,"steps":[]}""")
            .ShouldHaveSingleItem().ShouldBe("order.json:1: steps has no step. Allowed: an array of 1 to 100 steps.");

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Check_UpTo100Steps_AreAllowed(int count) =>
        DefinitionText.MistakesOf(Definition(Steps(count))).ShouldBeEmpty();

    [Fact]
    public void Check_101Steps_AreRefusedAndMistakesWithinThemAreStillFound()
    {
        var mistakes = DefinitionText.MistakesOf(Definition("""{"name":"B","queue":"q"},""" + Steps(101)));

        mistakes.Select(WithoutWhatIsAllowed).ShouldBe(
        [
            "order.json:1: steps has 102 steps, which is too many",
            "order.json:1: steps[0].name is \"B\", which is not allowed",
        ]);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("order-1.a_b")]
    public void Check_GoodName_IsAllowed(string name) =>
        DefinitionText.MistakesOf($$"""{"name":"{{name}}","version":1,"steps":[{"name":"{{name}}","queue":"q"}]}""")
            .ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("Order")]
    [InlineData("-order")]
    [InlineData(".order")]
    [InlineData("order saga")]
    [InlineData("örder")]
    [InlineData("order\\n")]
    [InlineData("order/1")]
    public void Check_BadName_IsRefusedForSagasAndSteps(string name) =>
        DefinitionText.MistakesOf($$"""{"name":"{{name}}","version":1,"steps":[{"name":"{{name}}","queue":"q"}]}""")
            .Length.ShouldBe(2);

    [Fact]
    public void Check_NameOf101Characters_IsRefused()
    {
        DefinitionText.MistakesOf(Definition($$"""{"name":"{{new string('a', 100)}}","queue":"q"}""")).ShouldBeEmpty();
        DefinitionText.MistakesOf(Definition($$"""{"name":"{{new string('a', 101)}}","queue":"q"}"""))
            .ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("stock")]
    [InlineData("Stock_2.eu:x-y")]
    [InlineData("_q")]
    [InlineData("sagas2")]
    [InlineData("amqp.stock")]
    public void Check_GoodQueue_IsAllowed(string queue) => MistakesOfQueue(queue).ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("sagas")]
    [InlineData("amq.topic")]
    [InlineData("my queue")]
    [InlineData("queue/1")]
    [InlineData("queue?x=1")]
    [InlineData("-q")]
    [InlineData("stock\\n")]
    public void Check_BadQueue_IsRefusedForStepsAndCompensations(string queue) =>
        MistakesOfQueue(queue).Length.ShouldBe(2);

    [Fact]
    public void Check_QueueOf256Characters_IsRefused()
    {
        MistakesOfQueue(new string('q', 255)).ShouldBeEmpty();
        MistakesOfQueue(new string('q', 256)).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2147483647")]
    public void Check_GoodVersion_IsAllowed(string version) => MistakesOfVersion(version).ShouldBeEmpty();

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2147483648")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("\"1\"")]
    [InlineData("null")]
    [InlineData("[1]")]
    public void Check_BadVersion_IsRefused(string version) => MistakesOfVersion(version).ShouldHaveSingleItem();

    [Fact]
    public void Check_SecondPivot_IsRefused() =>
        DefinitionText.MistakesOf(Definition("""
            {"name":"a","queue":"q","pivot":true},{"name":"b","queue":"q"},{"name":"c","queue":"q","pivot":true}
            """)).ShouldHaveSingleItem().ShouldBe(
            "order.json:1: steps[2].pivot is true, which is a second pivot, after steps[0]. " +
            "A saga turns forward-only once: at most one step is the pivot.");

    [Fact]
    public void Check_CompensationAfterThePivot_IsRefused() =>
        DefinitionText.MistakesOf(Definition("""
            {"name":"a","queue":"q","compensation":true},
            {"name":"b","queue":"q","pivot":true},
            {"name":"c","queue":"q","compensation":true}
            """)).ShouldHaveSingleItem().ShouldBe(
            "order.json:3: steps[2].compensation can never run, because the pivot, steps[1], and what follows it " +
            "are not undone. Remove it, or move the pivot behind this step.");

    [Fact]
    public void Check_CompensationOfThePivotItself_IsRefused() =>
        DefinitionText.MistakesOf(DefinitionText.WithStep("\"pivot\":true,\"compensation\":true"))
            .ShouldHaveSingleItem().ShouldContain("steps[0].compensation can never run");

    [Fact]
    public void Check_LongDescription_IsRefusedAndShownShortened()
    {
        var text = new string('x', 2001);
        var json = $$"""{"name":"order","version":1,"description":"{{text}}","steps":[{"name":"a","queue":"q"}]}""";

        DefinitionText.MistakesOf(json).ShouldHaveSingleItem().Length.ShouldBeLessThan(200);
    }

    [Proves("definition-mistakes")]
    [Fact]
    public void Check_AThousandMistakes_AHundredAreKeptAndTheOthersCounted()
    {
        var properties = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"\"x{i}\":{i}"));

        var mistakes = DefinitionText.Check(DefinitionText.WithStep(properties)).Mistakes;

        mistakes.Count.ShouldBe(1000);
        mistakes.Mistakes.Count.ShouldBe(100);
    }

    [Fact]
    public void Check_Results_AreOfStepsBeforeAndOfThoseBesideItNever()
    {
        var mistakes = DefinitionText.MistakesOf(Definition("""
            {"name":"a","queue":"q","results":["b"]},
            {"parallel":[
              {"name":"b","queue":"q","results":["a","a"]},
              {"name":"c","queue":"q","results":["b"],"compensation":{"results":["a","c","d"]}}
            ]},
            {"name":"d","http":{"method":"GET","url":"https://x.example"},"results":[],
             "compensation":{"queue":"r","results":["b","c"]}}
            """));

        mistakes.ShouldBe(
        [
            "order.json:1: steps[0].results[0] is \"b\", which is no step before this one. There is no step before.",
            "order.json:3: steps[1].parallel[0].results[1] is \"a\", which is there twice. Remove one of the two.",
            "order.json:4: steps[1].parallel[1].results[0] is \"b\", which is no step before this one. Steps before: a.",
            "order.json:4: steps[1].parallel[1].compensation.results[1] is \"c\", which is no step before this one. "
            + "Steps before: a.",
            "order.json:4: steps[1].parallel[1].compensation.results[2] is \"d\", which is no step before this one. "
            + "Steps before: a.",
            "order.json:6: steps[2].results stands beside http. Remove it: a request over HTTP has the results that it "
            + "names, as {results.step.id}.",
        ]);
    }

    private static string Definition(string steps) => $$"""{"name":"order","version":1,"steps":[{{steps}}]}""";

    private static string Steps(int count) =>
        string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"name":"s{{i}}","queue":"q"}"""));

    private static string[] MistakesOfQueue(string queue) => DefinitionText.MistakesOf(
        Definition($$$"""{"name":"a","queue":"{{{queue}}}","compensation":{"queue":"{{{queue}}}"}}"""));

    private static string[] MistakesOfVersion(string version) => DefinitionText.MistakesOf(
        $$"""{"name":"order","version":{{version}},"steps":[{"name":"a","queue":"q"}]}""");

    private static string WithoutWhatIsAllowed(string mistake) =>
        Advice().Split(mistake)[0];

    [GeneratedRegex(@"(?<=\?) (?=Allowed)|\. (?=Allowed|Every)")]
    private static partial Regex Advice();
}
