using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Tests.Operations.Access;

namespace Sagas.Tests.Operations.Api;

/// <summary>Callers that hold more than their share, over real sockets: 127.0.0.2 is another address than 127.0.0.1.</summary>
public sealed class ConnectionLimitTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("api-address-floods")]
    [Fact]
    public async Task Connections_AThousandIdleOfOneAddress_LeaveTheOthersTheirAnswers()
    {
        await using var run = await StartAsync(("Sagas:Api:HealthListen", "http://127.0.0.1:0"));
        var health = AddressesOf(run)[1];
        var sockets = Enumerable.Range(0, 1_000).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToArray();
        try
        {
            await Task.WhenAll(sockets.Select(x => x.ConnectAsync(IPAddress.Loopback, run.Address.Port, Ct).AsTask()));
            using var other = From("127.0.0.2", run.Address);
            using var same = From("127.0.0.1", health);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            patience.CancelAfter(TimeSpan.FromSeconds(10));

            foreach (var path in (string[])["/health/live", "/health/ready", "/api/v1/sagas", "/"])
            {
                (await other.GetAsync(path, patience.Token)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
            }

            (await same.GetAsync("/health/live", patience.Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
            await Eventually.HoldsAsync(
                "those beyond the limit are closed",
                () => Task.FromResult(sockets.Count(x => x.Poll(0, SelectMode.SelectRead)) == 800),
                Ct);
            run.Worker.Log.Where(x => x.Contains("MaxConnectionsPerAddress", StringComparison.Ordinal)).ShouldNotBeEmpty();
        }
        finally
        {
            Array.ForEach(sockets, x => x.Dispose());
        }

        // What went away is forgotten.
        await Eventually.HoldsAsync(
            "a place",
            async () =>
            {
                try
                {
                    using var again = From("127.0.0.1", run.Address);
                    return (await again.GetAsync("/health/live", Ct)).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            Ct);
    }

    [Fact]
    public async Task HealthListener_AnythingButHealth_IsNotThere()
    {
        var settings = new Dictionary<string, string?>(AccessRun.Keys) { ["Sagas:Api:HealthListen"] = "http://127.0.0.1:0" };
        await using var run = await ApiRun.StartAsync(AccessRun.Definition, Ct, settings: settings);
        using var client = From("127.0.0.1", AddressesOf(run)[1]);
        client.DefaultRequestHeaders.Add("Authorization", $"Bearer {AccessRun.Operator}");

        foreach (var path in (string[])["/", "/api/v1/sagas", "/sign-in", "/metrics", "/openapi/v1.json", "/healthy", "/health/../metrics"])
        {
            (await client.GetAsync(path, Ct)).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }

        foreach (var path in (string[])["/health", "/health/live", "/health/ready"])
        {
            (await client.GetAsync(path, Ct)).StatusCode.ShouldBe(HttpStatusCode.OK, path);
            (await run.GetAsync(path, Ct)).Status.ShouldBe(200, path);
        }
    }

    [Fact]
    public async Task HealthListener_OfAWorkerWithoutTheApi_ServesHealthAlone()
    {
        await using var run = await StartAsync(
            ("Sagas:Api:Enabled", "false"), ("Sagas:Api:HealthListen", "http://127.0.0.1:0"));

        AddressesOf(run).Count.ShouldBe(1);
        (await run.GetAsync("/health/live", Ct)).Status.ShouldBe(200);
        (await run.GetAsync("/api/v1/sagas", Ct)).Status.ShouldBe(404);
    }

    [Proves("api-caller-floods")]
    [Fact]
    public async Task Requests_OfOneAddressBehindAProxy_AreLimitedAndOthersAreNot()
    {
        await using var run = await StartAsync(
            ("Sagas:Api:TrustedProxies", "127.0.0.1, 10.0.0.0/8"), ("Sagas:Api:MaxConnectionsPerAddress", "1"));
        using var feed = await run.Client.SendAsync(Behind("203.0.113.7, 10.1.2.3", "/api/v1/feed"), HttpCompletionOption.ResponseHeadersRead, Ct);
        feed.StatusCode.ShouldBe(HttpStatusCode.OK);

        (await run.SendAsync(Behind("198.51.100.1, 203.0.113.7", "/api/v1/sagas"), Ct)).ShouldBeProblem(429, "TOO_MANY_REQUESTS");
        (await run.SendAsync(Behind("203.0.113.8", "/api/v1/sagas"), Ct)).Status.ShouldBe(200);
        (await run.SendAsync(Behind("203.0.113.7", "/health/live"), Ct)).Status.ShouldBe(200);
        (await run.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/api/v1/sagas"), Ct)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task ForwardedAddress_OfAProxyThatIsNotNamed_IsNotBelieved()
    {
        await using var run = await StartAsync(("Sagas:Api:TrustedProxies", "127.0.0.2"));

        (await run.AskAsync("GET", "/api/v1/sagas", "x", Ct, null, "X-Forwarded-For: 203.0.113.7")).Status.ShouldBe(200);
        var saga = await run.StartSagaAsync("""{ "name": "order" }""", Ct);
        var cancel = await run.AskAsync(
            "POST", $"/api/v1/sagas/{saga}/cancel", null, Ct, """{ "reason": "x" }""", "X-Forwarded-For: 203.0.113.7");
        cancel.Status.ShouldBe(200);
        (await run.GetAsync($"/api/v1/sagas/{saga}/history", Ct)).Text.ShouldContain("anonymous (127.0.0.1)");
    }

    [Proves("api-connection-idle")]
    [Fact]
    public async Task Connection_WithoutARequest_IsClosed()
    {
        await using var run = await StartAsync(("Sagas:Api:KeepAliveTimeout", "1s"), ("Sagas:Api:HeaderTimeout", "1s"));
        using var silent = new TcpClient();
        using var slow = new TcpClient();
        await silent.ConnectAsync(IPAddress.Loopback, run.Address.Port, Ct);
        await slow.ConnectAsync(IPAddress.Loopback, run.Address.Port, Ct);
        await slow.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: local"u8.ToArray(), Ct);

        (await new StreamReader(silent.GetStream()).ReadToEndAsync(Ct)).ShouldBe("");
        (await new StreamReader(slow.GetStream()).ReadToEndAsync(Ct)).ShouldStartWith("HTTP/1.1 408");
    }

    [Theory]
    [InlineData("Sagas:Api:HealthListen", "nowhere", "is no address to listen on")]
    [InlineData("Sagas:Api:HealthListen", "http://127.0.0.1:8080", "Name another one")]
    [InlineData("Sagas:Api:TrustedProxies", "proxy.example", "neither an address nor a network")]
    public async Task Start_SettingThatIsNone_SaysWhatToDo(string key, string value, string says)
    {
        var failure = await Should.ThrowAsync<Exception>(() => StartAsync((key, value), ("Sagas:Api:Listen", "http://127.0.0.1:8080")));

        failure.Message.ShouldContain(key);
        failure.Message.ShouldContain($"\"{value}\"");
        failure.Message.ShouldContain(says);
    }

    private static Task<ApiRun> StartAsync(params (string Key, string Value)[] settings) =>
        ApiRun.StartAsync(AccessRun.Definition, Ct, _ => null, settings.ToDictionary(x => x.Key, string? (x) => x.Value));

    private static List<Uri> AddressesOf(ApiRun run) =>
        [.. run.Worker.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(x => new Uri(x))];

    private static HttpRequestMessage Behind(string addresses, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Forwarded-For", addresses);
        return request;
    }

    private static HttpClient From(string address, Uri to) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, ct) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = to,
    };
}
