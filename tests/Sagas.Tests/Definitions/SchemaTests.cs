using NJsonSchema;
using Sagas.Contracts.Text;
using Sagas.Engine.Definitions;
using Sagas.Engine.Definitions.Http;

namespace Sagas.Tests.Definitions;

/// <summary>The JSON schema that ships for editors says what the worker says.</summary>
public sealed class SchemaTests
{
    private static readonly string[] Good =
    [
        "{}",
        """{"timeout":"30s"}""",
        """{"timeout":"0.5h","format":"json"}""",
        """{"format":"envelope","critical":true,"pivot":false}""",
        """{"retry":{}}""",
        """{"retry":{"retries":0,"interval":"1ms","maxInterval":"1d","jitter":0}}""",
        """{"retry":{"retries":100,"jitter":1}}""",
        """{"compensation":true}""",
        """{"compensation":false}""",
        """{"compensation":{}}""",
        """{"compensation":{"queue":"r","format":"json","timeout":"5m","retry":{"retries":5}}}""",
        """{"name":"0.a-b_c","queue":"A:b.c_d-e"}""",
        """{"queue":"sagas.x"}""",
        """{"results":[]}""",
        """{"compensation":{"results":[]}}""",
    ];

    private static readonly string[] BadForBoth =
    [
        """{"name":""}""", """{"name":"A"}""", """{"name":"-a"}""", """{"name":1}""", """{"name":null}""",
        """{"queue":""}""", """{"queue":"sagas"}""", """{"queue":"amq.x"}""",
        """{"queue":"a b"}""", """{"queue":["q"]}""",
        """{"format":"Json"}""", """{"format":"xml"}""", """{"format":true}""", """{"format":null}""",
        """{"timeout":"30"}""", """{"timeout":30}""", """{"timeout":"-1s"}""", """{"timeout":"1w"}""",
        """{"timeout":null}""",
        """{"critical":"true"}""", """{"critical":1}""", """{"pivot":null}""", """{"pivot":"no"}""",
        """{"retry":3}""", """{"retry":null}""", """{"retry":[]}""", """{"retry":{"retries":-1}}""",
        """{"retry":{"retries":101}}""", """{"retry":{"retries":1.5}}""", """{"retry":{"retries":"3"}}""",
        """{"retry":{"interval":1}}""", """{"retry":{"interval":"1"}}""", """{"retry":{"maxInterval":"x"}}""",
        """{"retry":{"jitter":-0.1}}""", """{"retry":{"jitter":1.1}}""", """{"retry":{"jitter":"0.1"}}""",
        """{"retry":{"delay":"1s"}}""", """{"unknown":1}""", """{"Timeout":"1s"}""",
        """{"compensation":null}""", """{"compensation":"yes"}""", """{"compensation":1}""", """{"compensation":[]}""",
        """{"compensation":{"critical":true}}""", """{"compensation":{"name":"x"}}""",
        """{"compensation":{"queue":"sagas"}}""", """{"compensation":{"retry":{"retries":101}}}""",
        """{"compensation":{"timeout":5}}""",
        """{"results":true}""", """{"results":null}""", """{"results":[1]}""", """{"results":["A"]}""",
        """{"compensation":{"results":"a"}}""",
    ];

    /// <summary>What a JSON schema cannot say, or not so that editors explain it.</summary>
    private static readonly string[] BadForTheWorkerAlone =
    [
        """{"timeout":"99ms"}""", """{"timeout":"31d"}""", """{"retry":{"interval":"0s"}}""",
        """{"retry":{"maxInterval":"25h"}}""", """{"retry":{"interval":"2s","maxInterval":"1s"}}""",
        """{"name":"other-step"}""", """{"pivot":true}""", """{"results":["nobody"]}""",
    ];

    private static readonly string[] BadDocuments =
    [
        "{}", "[]", "null", "1",
        """{"name":"o","version":1}""",
        """{"name":"o","version":1,"steps":[]}""",
        """{"name":"o","version":1,"steps":{}}""",
        """{"name":"o","version":1,"steps":["a"]}""",
        """{"name":"o","version":1,"steps":[{"name":"a"}]}""",
        """{"name":"o","version":1,"steps":[{"queue":"q"}]}""",
        """{"name":"o","version":0,"steps":[{"name":"a","queue":"q"}]}""",
        """{"name":"o","version":2147483648,"steps":[{"name":"a","queue":"q"}]}""",
        """{"name":"o","version":"1","steps":[{"name":"a","queue":"q"}]}""",
        """{"version":1,"steps":[{"name":"a","queue":"q"}]}""",
        """{"name":"o","steps":[{"name":"a","queue":"q"}]}""",
        """{"name":"o","version":1,"$schema":1,"steps":[{"name":"a","queue":"q"}]}""",
        """{"name":"o","version":1,"description":1,"steps":[{"name":"a","queue":"q"}]}""",
        """{"name":"o","version":1,"extra":1,"steps":[{"name":"a","queue":"q"}]}""",
        """{"name":"o","version":1,"deadline":60,"steps":[{"name":"a","queue":"q"}]}""",
        """{"name":"o","version":1,"deadline":"soon","steps":[{"name":"a","queue":"q"}]}""",
        """{"name":"o","version":1,"steps":[{"parallel":[]}]}""",
        """{"name":"o","version":1,"steps":[{"parallel":[{"name":"a","queue":"q"}]}]}""",
        """{"name":"o","version":1,"steps":[{"parallel":[{"name":"a","queue":"q"},{"name":"b"}]}]}""",
        """{"name":"o","version":1,"steps":[{"parallel":[{"name":"a","queue":"q"},"b"]}]}""",
        """{"name":"o","version":1,"steps":[{"parallel":{"name":"a","queue":"q"}}]}""",
        """{"name":"o","version":1,"steps":[{"name":"c","parallel":[{"name":"a","queue":"q"},{"name":"b","queue":"q"}]}]}""",
    ];

    private static readonly string[] GoodDocuments =
    [
        """{"name":"o","version":1,"deadline":"10m","steps":[{"name":"a","queue":"q"}]}""",
        """{"name":"o","version":1,"steps":[{"parallel":[{"name":"a","queue":"q"},{"name":"b","queue":"q"}]}]}""",
    ];

    private static string SchemaFile =>
        Path.Combine(AppContext.BaseDirectory, "schemas", "saga-definition.schema.json");

    [Fact]
    public void Schema_IsTheApprovedOne() => Approval.Matches(File.ReadAllText(SchemaFile), "schema");

    [Fact]
    public async Task Schema_EveryDocument_IsJudgedAsTheWorkerJudgesIt()
    {
        var schema = await JsonSchema.FromFileAsync(SchemaFile, TestContext.Current.CancellationToken);

        foreach (var document in Good.Select(WithStep).Concat(GoodDocuments))
        {
            schema.Validate(document).ShouldBeEmpty(document);
            DefinitionText.MistakesOf(document).ShouldBeEmpty(document);
        }

        string[] tooMany = [$$"""{"name":"o","version":1,"steps":[{{Steps(101)}}]}""", LongDescription()];
        foreach (var document in BadForBoth.Select(WithStep).Concat(BadDocuments).Concat(tooMany))
        {
            schema.Validate(document).ShouldNotBeEmpty(document);
            DefinitionText.MistakesOf(document).ShouldNotBeEmpty(document);
        }

        foreach (var document in BadForTheWorkerAlone.Select(WithStep))
        {
            schema.Validate(document).ShouldBeEmpty(document);
            DefinitionText.MistakesOf(document).ShouldNotBeEmpty(document);
        }
    }

    [Fact]
    public async Task Schema_HttpSteps_AreJudgedAsTheWorkerJudgesThem()
    {
        var schema = await JsonSchema.FromFileAsync(SchemaFile, TestContext.Current.CancellationToken);

        foreach (var document in HttpDocuments.Good)
        {
            schema.Validate(document).ShouldBeEmpty(document);
            DefinitionText.MistakesOf(document).ShouldBeEmpty(document);
        }

        foreach (var document in HttpDocuments.BadForBoth)
        {
            schema.Validate(document).ShouldNotBeEmpty(document);
            DefinitionText.MistakesOf(document).ShouldNotBeEmpty(document);
        }

        foreach (var document in HttpDocuments.BadForTheWorkerAlone)
        {
            schema.Validate(document).ShouldBeEmpty(document);
            DefinitionText.MistakesOf(document).ShouldNotBeEmpty(document);
        }
    }

    [Fact]
    public async Task Schema_LimitsAndPatterns_AreThoseOfTheWorker()
    {
        var schema = await JsonSchema.FromFileAsync(SchemaFile, TestContext.Current.CancellationToken);

        schema.Definitions["name"].Pattern.ShouldBe(DefinitionLimits.NamePattern);
        schema.Definitions["queue"].Pattern.ShouldBe(DefinitionLimits.QueuePattern);
        schema.Definitions["duration"].Pattern.ShouldBe(Duration.Pattern);
        schema.Definitions["http"].Properties["url"].Pattern.ShouldBe(UrlTemplate.Pattern);
        schema.Definitions["http"].Properties["method"].Enumeration.ShouldBe(HttpRules.Methods);
        schema.Definitions["format"].Enumeration.ShouldBe(MessageFormatNames.All);
        schema.Definitions["retry"].Properties["retries"].Maximum.ShouldBe(DefinitionLimits.MaxRetries);
        schema.Properties["steps"].MaxItems.ShouldBe(DefinitionLimits.MaxSteps);
        schema.Properties["description"].MaxLength.ShouldBe(DefinitionLimits.MaxDescriptionLength);
    }

    [Fact]
    public async Task Schema_ShippedDefinitions_AreValid()
    {
        var schema = await JsonSchema.FromFileAsync(SchemaFile, TestContext.Current.CancellationToken);
        string[] folders = ["sagas", "demo"];
        var files = folders
            .SelectMany(folder => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, folder), "*.json"))
            .ToArray();

        files.Length.ShouldBeGreaterThan(4);
        foreach (var text in files.Select(File.ReadAllText))
        {
            schema.Validate(text).ShouldBeEmpty();
            DefinitionText.MistakesOf(text).ShouldBeEmpty();
        }
    }

    /// <summary>A definition whose first step has these properties; the second one is a pivot.</summary>
    private static string WithStep(string properties)
    {
        var step = System.Text.Json.Nodes.JsonNode.Parse(properties)!.AsObject();
        step.TryAdd("name", "a");
        step.TryAdd("queue", "q");
        var other = """{"name":"other-step","queue":"q","pivot":true}""";
        return $$"""{"name":"order","version":1,"steps":[{{step.ToJsonString()}},{{other}}]}""";
    }

    private static string Steps(int count) =>
        string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"name":"s{{i}}","queue":"q"}"""));

    private static string LongDescription() =>
        $$"""{"name":"o","version":1,"description":"{{new string('x', 2001)}}","steps":[{"name":"a","queue":"q"}]}""";
}
