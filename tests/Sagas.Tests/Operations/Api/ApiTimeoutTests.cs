using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Dashboard.Api;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Operations.Api;

/// <summary>What a caller sees when something takes too long.</summary>
public sealed class ApiTimeoutTests
{
    private const string Definition =
        """{ "name": "order", "version": 1, "steps": [ { "name": "a", "queue": "participants" } ] }""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Proves("api-body-silent")]
    [Fact]
    public async Task Request_BodyThatDoesNotCome_IsA408()
    {
        await using var api = await StartAsync("Sagas:Api:RequestTimeout", "Sagas:Api:HandlerTimeout");
        using var connection = new TcpClient();
        await connection.ConnectAsync(api.Address.Host, api.Address.Port, Ct);

        await connection.GetStream().WriteAsync(
            "POST /api/v1/sagas HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(), Ct);

        var answer = await ReadAsync(connection, "REQUEST_TIMEOUT");
        answer.ShouldStartWith("HTTP/1.1 408 ");
        answer.ShouldContain("Sagas:Api:RequestTimeout");
    }

    [Proves("api-servers-silent")]
    [Fact]
    public async Task Handler_DatabaseThatDoesNotAnswer_IsA503ToBeRepeated()
    {
        var reads = new SlowReads();
        await using var api = await StartAsync(reads, "Sagas:Api:HandlerTimeout");
        reads.Close();

        var reply = await api.GetAsync("/api/v1/sagas", Ct);

        reply.ShouldBeProblem(503, "HANDLER_TIMEOUT");
        reply.Headers.RetryAfter.ShouldNotBeNull();
        reads.Open();
    }

    /// <summary>The key makes the repetition safe, whatever became of the first try.</summary>
    [Proves("api-servers-silent")]
    [Fact]
    public async Task Start_WorkerThatCannotCommit_IsA503AndTheRepetitionStartsOneSaga()
    {
        await using var api = await StartAsync("Sagas:Api:HandlerTimeout");
        const string Body = """{ "name": "order" }""";
        await using (var database = new SqliteConnection(api.Worker.Database))
        {
            await database.OpenAsync(Ct);
            await using var transaction = database.BeginTransaction();
            await using var write = database.CreateCommand();
            write.Transaction = transaction;
            write.CommandText = "update saga_state set attempt = attempt where 1 = 0";
            await write.ExecuteNonQueryAsync(Ct);

            (await api.PostAsync("/api/v1/sagas", Body, Ct, "key")).ShouldBeProblem(503, "HANDLER_TIMEOUT");
        }

        ApiRun.Reply? reply = null;
        await Eventually.HoldsAsync(
            "the start", async () => (reply = await api.PostAsync("/api/v1/sagas", Body, Ct, "key")).Status == 201, Ct);
        (await api.Worker.ScalarAsync("select count(*) from saga_state")).ShouldBe(1L);
        (await api.GetAsync($"/api/v1/sagas/{reply!["id"]}", Ct)).Status.ShouldBe(200);
    }

    [Proves("api-feed-lost")]
    [Fact]
    public async Task Feed_DatabaseThatDoesNotAnswer_IsNotConnected()
    {
        var reads = new SlowReads();
        await using var api = await StartAsync(reads, "Sagas:Api:FeedConnectTimeout");
        reads.Close();

        (await api.GetAsync("/api/v1/feed", Ct)).ShouldBeProblem(503, "FEED_TIMEOUT");
        reads.Open();
    }

    [Proves("api-feed-lost")]
    [Fact]
    public async Task Feed_ListenerThatTakesNothing_IsGivenUp()
    {
        var context = new DefaultHttpContext { Response = { Body = new FullPipe() } };
        var feed = new FeedWriter(context, TimeSpan.FromMilliseconds(100), TimeProvider.System);

        await Should.ThrowAsync<TimeoutException>(feed.SendNothingAsync);
    }

    private static Task<ApiRun> StartAsync(params string[] timeouts) => ApiRun.StartAsync(
        Definition, Ct, settings: timeouts.ToDictionary(x => x, string? (_) => "1s"));

    private static Task<ApiRun> StartAsync(SlowReads reads, string timeout) => ApiRun.StartAsync(
        Definition,
        Ct,
        settings: new Dictionary<string, string?> { [timeout] = "500ms" },
        configure: services => services.ConfigureDbContext<SagaStoreDbContext>(x => x.AddInterceptors(reads)));

    private static async Task<string> ReadAsync(TcpClient connection, string until)
    {
        var (text, buffer) = ("", new byte[4096]);
        while (!text.Contains(until, StringComparison.Ordinal))
        {
            var read = await connection.GetStream().ReadAsync(buffer, Ct);
            read.ShouldBePositive($"the connection ended after: {text}");
            text += Encoding.UTF8.GetString(buffer, 0, read);
        }

        return text;
    }

    private sealed class FullPipe : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
