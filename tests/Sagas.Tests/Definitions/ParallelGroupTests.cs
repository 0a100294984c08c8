using Sagas.Engine.Definitions;

namespace Sagas.Tests.Definitions;

/// <summary>Parallel groups and deadlines, from their declaration to what is stored.</summary>
public sealed class ParallelGroupTests
{
    private const string Trip = """
        {
          "name": "trip",
          "version": 1,
          "deadline": "10m",
          "steps": [
            { "name": "reserve", "queue": "q" },
            { "parallel": [
              { "name": "flight", "queue": "q", "compensation": true },
              { "name": "hotel", "queue": "q" }
            ] },
            { "parallel": [{ "name": "car", "queue": "q" }, { "name": "guide", "queue": "q" }] },
            { "name": "ticket", "queue": "q", "pivot": true }
          ]
        }
        """;

    [Fact]
    public void Read_Groups_AreNumberedInTheirOrder()
    {
        var trip = DefinitionText.Declare(Trip).Resolve(new());

        trip.Steps.Select(step => (step.Name, step.Group)).ShouldBe(
            [("reserve", null), ("flight", 1), ("hotel", 1), ("car", 2), ("guide", 2), ("ticket", (int?)null)]);
        trip.Deadline.ShouldBe(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void Build_Groups_AreWhatTheSameJsonDeclares()
    {
        var built = SagaDefinition.Define("trip", version: 1)
            .Deadline(TimeSpan.FromMinutes(10))
            .Step("reserve", step => step.Queue("q"))
            .Parallel(group => group
                .Step("flight", step => step.Queue("q").Compensate())
                .Step("hotel", step => step.Queue("q")))
            .Parallel(group => group.Step("car", step => step.Queue("q")).Step("guide", step => step.Queue("q")))
            .Step("ticket", step => step.Queue("q").Pivot())
            .Build();

        var read = DefinitionText.Declare(Trip);
        built.Hash.ShouldBe(read.Hash);
        DefinitionJson.Write(built.Resolve(new())).ShouldBe(DefinitionJson.Write(read.Resolve(new())));
    }

    [Fact]
    public void Write_Groups_AreReadBack()
    {
        var trip = DefinitionText.Declare(Trip).Resolve(new());

        var copy = DefinitionJson.Read(DefinitionJson.Write(trip), "stored");

        copy.Steps.ShouldBe(trip.Steps);
        copy.Deadline.ShouldBe(trip.Deadline);
        DefinitionText.MistakesOf(DefinitionJson.Write(trip)).ShouldBeEmpty();
    }

    [Fact]
    public void Hash_OtherGroupsOrDeadline_IsAnotherOne()
    {
        const string A = """{"name":"a","queue":"q"}""", B = """{"name":"b","queue":"q"}""";
        const string C = """{"name":"c","queue":"q"}""", D = """{"name":"d","queue":"q"}""";
        var hashes = new[]
        {
            Of($"{A},{B},{C},{D}"),
            Of($$"""{"parallel":[{{A}},{{B}}]},{{C}},{{D}}"""),
            Of($$"""{{A}},{"parallel":[{{B}},{{C}}]},{{D}}"""),
            Of($$"""{"parallel":[{{A}},{{B}},{{C}},{{D}}]}"""),
            Of($$"""{"parallel":[{{A}},{{B}}]},{"parallel":[{{C}},{{D}}]}"""),
            Of($"{A},{B},{C},{D}", "\"deadline\":\"1m\","),
            Of($"{A},{B},{C},{D}", "\"deadline\":\"2m\","),
        };

        hashes.Distinct().Count().ShouldBe(hashes.Length);
    }

    [Fact]
    public void Check_MistakesInGroups_AreNamedByTheirPlace() =>
        DefinitionText.MistakesOf("""
            {
              "name": "trip", "version": 1, "deadline": "31d",
              "steps": [
                { "name": "a", "queue": "q" },
                { "parallel": [
                  { "name": "a", "queue": "q" },
                  { "name": "b", "timeout": "1ms", "queue": "q" },
                  { "parallel": [] },
                  "c"
                ] },
                { "parallel": [{ "name": "d", "queue": "q" }] },
                { "parallel": [], "name": "e" },
                { "parallel": "f" }
              ]
            }
            """).Select(mistake => mistake.Split(". Allowed")[0].Split(". Every")[0]).ShouldBe(
        [
            "order.json:2: deadline is \"31d\", which is out of range",
            "order.json:6: steps[1].parallel[0].name is \"a\", which is the name of steps[0] as well",
            "order.json:7: steps[1].parallel[1].timeout is \"1ms\", which is out of range",
            "order.json:8: steps[1].parallel[2].parallel is not known here",
            "order.json:8: steps[1].parallel[2].name is missing",
            "order.json:8: steps[1].parallel[2].queue is missing",
            "order.json:9: steps[1].parallel[3] is \"c\", which is not an object",
            "order.json:11: steps[2].parallel has one step, which runs alone anyway",
            "order.json:12: steps[3].name is not known here",
            "order.json:12: steps[3].parallel has no step",
            "order.json:13: steps[4].parallel is \"f\", which is not an array",
        ]);

    [Fact]
    public void Check_PivotInAGroup_IsRefusedWithWhatToDo() =>
        DefinitionText.MistakesOf("""
            {"name":"o","version":1,"steps":[{"parallel":[
              {"name":"a","queue":"q","pivot":true},
              {"name":"b","queue":"q","compensation":true}]}]}
            """).ShouldBe(
        [
            "order.json:2: steps[0].parallel[0].pivot is true, which is in a parallel group, beside steps of which nobody "
            + "knows yet whether they must be undone. Make the pivot a step of its own, before or behind the group.",
        ]);

    [Fact]
    public void Check_HttpStepsOfAGroup_HaveTheResultsBeforeTheGroupAndNotEachOthers()
    {
        static string Step(string name, string result) =>
            $$$"""{"name":"{{{name}}}","http":{"method":"POST","url":"https://p/{results.{{{result}}}.id}"}}""";
        static string Trip(string beside) => $$"""
            {"name":"o","version":1,"steps":[
              {"name":"first","queue":"q"},
              {"parallel":[{{Step("a", "first")}},
                {{Step("b", beside)}}]},
              {{Step("last", "a")}}]}
            """;

        DefinitionText.MistakesOf(Trip(beside: "first")).ShouldBeEmpty();
        DefinitionText.MistakesOf(Trip(beside: "a")).ShouldBe(
        [
            "order.json:4: steps[1].parallel[1].http.url is \"https://p/{results.a.id}\", which has {results.a.id}, but no "
            + "step of that name comes before. Steps before: first.",
        ]);
    }

    [Fact]
    public void Check_StepsOfGroups_CountAmongTheHundred()
    {
        var group = string.Join(',', Enumerable.Range(0, 51).Select(i => $$"""{"name":"a{{i}}","queue":"q"}"""));
        var other = group.Replace("\"a", "\"b", StringComparison.Ordinal);

        DefinitionText.MistakesOf(
            $$"""{"name":"o","version":1,"steps":[{"parallel":[{{group}}]},{"parallel":[{{other}}]}]}""")
            .ShouldHaveSingleItem().ShouldContain("steps has 102 steps, which is too many");
    }

    [Fact]
    public void Build_GroupOfOne_IsRefused() =>
        Should.Throw<SagaDefinitionException>(() => SagaDefinition.Define("o", 1)
            .Parallel(group => group.Step("a", step => step.Queue("q"))).Build())
            .Message.ShouldContain("steps[0].parallel has one step, which runs alone anyway");

    private static string Of(string steps, string properties = "") =>
        DefinitionText.Declare($$"""{"name":"o","version":1,{{properties}}"steps":[{{steps}}]}""").Hash;
}
