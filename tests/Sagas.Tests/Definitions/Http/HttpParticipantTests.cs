using System.Text.Json;
using Sagas.Engine.Definitions;
using Sagas.Engine.Definitions.Http;

namespace Sagas.Tests.Definitions.Http;

/// <summary>A step that is called over HTTP, from the file to its stored form.</summary>
public sealed class HttpParticipantTests
{
    private const string Charge = """
        {
          "name": "order", "version": 1,
          "steps": [
            {
              "name": "charge",
              "http": {
                "method": "POST", "url": "https://pay.example/orders/{input.id}/charges",
                "headers": { "X-Tenant": "{input.tenant}", "Authorization": { "secret": "PaymentsToken" } },
                "body": { "amount": "{input.amount}", "note": "order {input.id}", "lines": [1.50, null] },
                "success": [200, 201], "retryOn": [409, "5xx"], "result": "/id"
              },
              "compensation": { "http": { "method": "DELETE", "url": "https://pay.example/charges/{sagaId}", "result": false } }
            }
          ]
        }
        """;

    [Fact]
    public void Read_EveryProperty_IsTaken()
    {
        var step = DefinitionText.Declare(Charge).Resolve(new DefinitionDefaults()).Steps[0];

        var http = step.Participant.ShouldBeOfType<HttpParticipant>();
        (http.Method, http.Url, http.Result).ShouldBe(("POST", "https://pay.example/orders/{input.id}/charges", "/id"));
        http.Headers["X-Tenant"].Text.ShouldBe("{input.tenant}");
        http.Headers["Authorization"].Secret.ShouldBe("PaymentsToken");
        http.Body!.Value.GetRawText().ShouldBe(
            """{"amount":"{input.amount}","note":"order {input.id}","lines":[1.50,null]}""");
        http.Success.ShouldBe([200, 201]);
        http.RetryOn.ShouldBe([409, HttpStatusRange.OfClass(5)]);
        var undo = step.Compensation!.Participant.ShouldBeOfType<HttpParticipant>();
        (undo.Method, undo.Result, undo.Body, undo.RetryOn).ShouldBe(("DELETE", null, null, null));
        step.Compensation.Timeout.ShouldBe(TimeSpan.FromSeconds(300));
    }

    [Fact]
    public void Stored_ReadBack_IsTheSame()
    {
        var text = DefinitionJson.Write(DefinitionText.Declare(Charge).Resolve(new DefinitionDefaults()));

        DefinitionJson.Write(DefinitionJson.Read(text, "stored")).ShouldBe(text);
        text.ShouldContain("""[409,"5xx"]""");
    }

    /// <summary>A worker that does not know the property reads every definition that does not need it.</summary>
    [Fact]
    public void Stored_RetryOnIsNotSaid_IsNotWritten() => DefinitionJson.Write(
        DefinitionText.Declare(HttpDocuments.Step("""{"method":"POST","url":"https://p/"}"""))
            .Resolve(new DefinitionDefaults())).ShouldNotContain("retryOn");

    [Fact]
    public void Builder_TheSameInCode_HasTheSameHash()
    {
        var declaration = SagaDefinition.Define("order", 1)
            .Step("charge", step => step
                .Http("POST", "https://pay.example/orders/{input.id}/charges", http => http
                    .SecretHeader("authorization", "PaymentsToken")
                    .Header("X-Tenant", "{input.tenant}")
                    .Body(new { Lines = JsonElement.Parse("[1.50,null]"), Amount = "{input.amount}", Note = "order {input.id}" })
                    .Success(201, 200)
                    .RetryOn(HttpStatusRange.OfClass(5), 409)
                    .Result("/id"))
                .Compensate(undo => undo.Http("DELETE", "https://pay.example/charges/{sagaId}", http => http.NoResult())))
            .Build();

        declaration.Hash.ShouldBe(DefinitionText.Declare(Charge).Hash);
    }

    [Theory]
    [InlineData("POST", "PUT")]
    [InlineData("/orders/", "/order/")]
    [InlineData("PaymentsToken", "OtherToken")]
    [InlineData("X-Tenant", "X-Renter")]
    [InlineData("1.50", "1.5")]
    [InlineData("[200, 201]", "[200]")]
    [InlineData("[409, \"5xx\"]", "[409]")]
    [InlineData("[409, \"5xx\"]", "[]")]
    [InlineData("\"/id\"", "\"/key\"")]
    [InlineData("false", "\"\"")]
    public void Hash_AnythingThatMatters_ChangesIt(string from, string to)
    {
        var other = DefinitionText.Declare(Charge.Replace(from, to, StringComparison.Ordinal));

        other.Hash.ShouldNotBe(DefinitionText.Declare(Charge).Hash);
    }

    [Fact]
    public void Build_Mistakes_AreThoseOfAFile()
    {
        var exception = Should.Throw<SagaDefinitionException>(() => SagaDefinition.Define("order", 1)
            .Step("charge", step => step.Http("FETCH", "https://{input.host}/", http => http.Header("Host", "x")).Compensate())
            .Build());

        exception.Mistakes.Select(x => x.Path).ShouldBe(
            ["steps[0].http.method", "steps[0].http.url", "steps[0].http.headers.Host", "steps[0].compensation"]);
    }

    [Fact]
    public void Check_AMistake_SaysWhereWhatAndWhatIsAllowed()
    {
        DefinitionText.MistakesOf(HttpDocuments.Step("""{"method":"POST","url":"https://{input.host}/x"}""")).ShouldBe(
        [
            "order.json:1: steps[1].http.url is \"https://{input.host}/x\", which has a placeholder where scheme, host and "
            + "port must be written out. Allowed: an absolute http or https URL of up to 2000 characters, with placeholders "
            + "in path and query alone, without user, fragment, blanks and the segments . and ..; other characters as %XX.",
        ]);
        DefinitionText.MistakesOf(HttpDocuments.Step("""{"method":"POST","url":"https://p/","retryOn":["never",600,204]}"""))
            .ShouldBe(
            [
                "order.json:1: steps[1].http.retryOn[0] is \"never\", which is neither a status code nor a class of them. "
                + "Allowed: an array of up to 40 status codes from 100 to 599 and classes as \"5xx\", each once, that do not "
                + "mean success.",
                "order.json:1: steps[1].http.retryOn[1] is 600, which is out of range. Allowed: an array of up to 40 status "
                + "codes from 100 to 599 and classes as \"5xx\", each once, that do not mean success.",
                "order.json:1: steps[1].http.retryOn[2] is 204, which means success. Allowed: an array of up to 40 status "
                + "codes from 100 to 599 and classes as \"5xx\", each once, that do not mean success.",
            ]);
        DefinitionText.MistakesOf(HttpDocuments.Step(
            """{"method":"POST","url":"https://p/","body":{"a":[{"b c":"{results.later.id}"}]}}""")).ShouldBe(
        [
            "order.json:1: steps[1].http.body.a[0][\"b c\"] is \"{results.later.id}\", which has {results.later.id}, but no "
            + "step of that name comes before. Steps before: first.",
        ]);
    }
}
