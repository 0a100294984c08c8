namespace Sagas.Tests.Definitions;

/// <summary>Definitions with a step that is carried out over HTTP, good and bad.</summary>
internal static class HttpDocuments
{
    public static readonly string[] Good =
    [
        Step("""{"method":"POST","url":"https://pay.example/charges"}"""),
        Step("""{"method":"GET","url":"http://pay.example:8080"}"""),
        Step("""{"method":"DELETE","url":"https://[::1]:8443/a/{input.id}/b?x={results.first.id}&y=%20"}"""),
        Step("""{"method":"PUT","url":"https://p/{{x}}","headers":{"X-A":"a {sagaId}","Authorization":{"secret":"Token1"}}}""")
            .Replace("{{x}}", "x", StringComparison.Ordinal),
        Step("""{"method":"PATCH","url":"https://p/","body":{"a":["{input}",1,null,true,{"b":"{attempt} of {step}"}]}}"""),
        Step("""{"method":"POST","url":"https://p/","body":null}"""),
        Step("""{"method":"POST","url":"https://p/","success":[200,404,599],"result":"/a~1b/0/~0c"}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":[100,409,"5xx","1xx",599]}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":[]}"""),
        Step("""{"method":"POST","url":"https://p/","success":[200,404],"retryOn":["4xx",204]}"""),
        Step("""{"method":"POST","url":"https://p/","result":""}"""),
        Step("""{"method":"POST","url":"https://p/","result":false}"""),
        Compensation("""{"http":{"method":"DELETE","url":"https://p/{results.a.id}"},"timeout":"5s"}"""),
        Compensation("""{"queue":"undo","format":"json"}"""),
    ];

    public static readonly string[] BadForBoth =
    [
        Step("{}"), Step("null"), Step("\"https://p/\""), Step("[]"),
        Step("""{"method":"POST"}"""), Step("""{"url":"https://p/"}"""),
        Step("""{"method":"HEAD","url":"https://p/"}"""), Step("""{"method":"post","url":"https://p/"}"""),
        Step("""{"method":"POST","url":"p/x"}"""), Step("""{"method":"POST","url":"ftp://p/"}"""),
        Step("""{"method":"POST","url":"https://{input.host}/"}"""),
        Step("""{"method":"POST","url":"{input.url}"}"""),
        Step("""{"method":"POST","url":"https://pay{input.x}/"}"""),
        Step("""{"method":"POST","url":"https://pay.example:{input.port}/"}"""),
        Step("""{"method":"POST","url":"https://user:password@pay.example/"}"""),
        Step("""{"method":"POST","url":"https://pay.example\\@evil.example/"}"""),
        Step("""{"method":"POST","url":"https://p/#top"}"""), Step("""{"method":"POST","url":"https://p/a b"}"""),
        Step("""{"method":"POST","url":"https://p/","headers":[]}"""),
        Step("""{"method":"POST","url":"https://p/","headers":{"A":1}}"""),
        Step("""{"method":"POST","url":"https://p/","headers":{"A":{}}}"""),
        Step("""{"method":"POST","url":"https://p/","headers":{"A":{"secret":"a b"}}}"""),
        Step("""{"method":"POST","url":"https://p/","headers":{"A":{"secret":"Token","value":"x"}}}"""),
        Step("""{"method":"POST","url":"https://p/","success":[]}"""),
        Step("""{"method":"POST","url":"https://p/","success":200}"""),
        Step("""{"method":"POST","url":"https://p/","success":[199]}"""),
        Step("""{"method":"POST","url":"https://p/","success":[600]}"""),
        Step("""{"method":"POST","url":"https://p/","success":["200"]}"""),
        Step("""{"method":"POST","url":"https://p/","success":[200,200]}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":409}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":"5xx"}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":null}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":[99]}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":[600]}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":[409.5]}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":["409"]}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":["6xx"]}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":["5XX"]}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":[409,409]}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":["5xx","5xx"]}"""),
        Step("""{"method":"POST","url":"https://p/","result":"id"}"""),
        Step("""{"method":"POST","url":"https://p/","result":"/a~2"}"""),
        Step("""{"method":"POST","url":"https://p/","result":true}"""),
        Step("""{"method":"POST","url":"https://p/","timeout":"5s"}"""),
        """{"name":"o","version":1,"steps":[{"name":"a","queue":"q","http":{"method":"POST","url":"https://p/"}}]}""",
        Compensation("""{"queue":"q","http":{"method":"POST","url":"https://p/"}}"""),
        """{"name":"o","version":1,"steps":[{"name":"a","queue":"sagas.http"}]}""",
    ];

    public static readonly string[] BadForTheWorkerAlone =
    [
        Step("""{"method":"GET","url":"https://p/","body":{}}"""),
        Step("""{"method":"POST","url":"https://p/{input.a"}"""), Step("""{"method":"POST","url":"https://p/}"}"""),
        Step("""{"method":"POST","url":"https://p/{input..a}"}"""), Step("""{"method":"POST","url":"https://p/{env.HOME}"}"""),
        Step("""{"method":"POST","url":"https://p/","retryOn":[204]}"""), Step("""{"method":"POST","url":"https://p/","retryOn":[202]}"""),
        Step("""{"method":"POST","url":"https://p/","success":[200,404],"retryOn":[404]}"""),
        Step("""{"method":"POST","url":"https://p/a/../b"}"""), Step("""{"method":"POST","url":"https://p/%2e%2E/b"}"""),
        Step("""{"method":"POST","url":"https://p/ü"}"""), Step("""{"method":"POST","url":"https://p/%zz"}"""),
        Step("""{"method":"POST","url":"https://p:99999/"}"""),
        Step("""{"method":"POST","url":"https://p/{results.later.id}"}"""),
        Step("""{"method":"POST","url":"https://p/{results.a.id}"}"""),
        Step("""{"method":"POST","url":"https://p/","body":{"x":["{results.nobody}"]}}"""),
        Step("""{"method":"POST","url":"https://p/","headers":{"Authorization":"Bearer x"}}"""),
        Step("""{"method":"POST","url":"https://p/","headers":{"cookie":"{input.cookie}"}}"""),
        Step("""{"method":"POST","url":"https://p/","headers":{"idempotency-key":"x"}}"""),
        Step("""{"method":"POST","url":"https://p/","headers":{"Host":"evil.example"}}"""),
        Step("""{"method":"POST","url":"https://p/","headers":{"A b":"x"}}"""),
        Step("""{"method":"POST","url":"https://p/","headers":{"A":"x\r\nB: y"}}"""),
        Step("""{"method":"POST","url":"https://p/","headers":{"A":"ü"}}"""),
        Step("""{"method":"POST","url":"https://p/","headers":{"A":"x","a":"y"}}"""),
        """{"name":"o","version":1,"steps":[{"name":"a","http":{"method":"POST","url":"https://p/"},"format":"json"}]}""",
        """{"name":"o","version":1,"steps":[{"name":"a","http":{"method":"POST","url":"https://p/"},"compensation":true}]}""",
        """{"name":"o","version":1,"steps":[{"name":"a","http":{"method":"POST","url":"https://p/"},"compensation":{"timeout":"5s"}}]}""",
    ];

    /// <summary>
    /// A definition whose second step is called so; the first one is named <c>first</c>, the third <c>later</c>.
    /// </summary>
    public static string Step(string http) =>
        $$"""{"name":"o","version":1,"steps":[{"name":"first","queue":"q"},{"name":"a","http":{{http}}},{"name":"later","queue":"q"}]}""";

    private static string Compensation(string compensation) =>
        $$"""{"name":"o","version":1,"steps":[{"name":"a","http":{"method":"POST","url":"https://p/"},"compensation":{{compensation}}}]}""";
}
