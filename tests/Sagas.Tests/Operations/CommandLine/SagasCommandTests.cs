using System.Net;
using System.Net.Sockets;

namespace Sagas.Tests.Operations.CommandLine;

public sealed class SagasCommandTests
{
    private const string NobodyListens = "http://127.0.0.1:1";
    private const string SagaId = "0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e";

    [Theory]
    [InlineData("list")]
    [InlineData("show", SagaId)]
    [InlineData("watch")]
    public async Task Command_WorkerThatDoesNotAnswer_IsTold(params string[] command)
    {
        var run = await CommandRun.PipedAsync([.. command, "--url", NobodyListens]);

        run.ExitCode.ShouldBe(4);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldStartWith($"No worker answers at {NobodyListens}");
        run.Error.ShouldContain("SAGAS_URL");
        run.Error.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://me:hush@127.0.0.1")]
    public async Task Command_UrlThatIsNone_IsWrongUsage(string url)
    {
        var run = await CommandRun.PipedAsync("list", "--url", url);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("is no address of a worker");
    }

    [Fact]
    public async Task Command_NoUrl_ComesFromTheEnvironment()
    {
        var named = await new CommandRun { Variables = { ["SAGAS_URL"] = "http://127.0.0.1:2" } }.RunAsync("list");
        var listening = await new CommandRun { Variables = { ["Sagas__Api__Listen"] = "http://0.0.0.0:3" } }.RunAsync("list");

        named.Error.ShouldContain("No worker answers at http://127.0.0.1:2/");
        listening.Error.ShouldContain("No worker answers at http://127.0.0.1:3/");
    }

    [Fact]
    public async Task Command_ServerThatIsNoWorker_IsTold()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var cancellation = TestContext.Current.CancellationToken;
        var answer = AnswerAsync(server, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", cancellation);

        var run = await CommandRun.PipedAsync("list", "--url", $"http://{server.LocalEndpoint}");

        await answer;
        run.ExitCode.ShouldBe(4);
        run.Error.ShouldContain("it is no worker of this kind");
    }

    [Fact]
    public async Task Command_KeyOfTheEnvironment_IsSentAndA401SaysWhereToPutOne()
    {
        const string Problem = """{"status":401,"code":"UNAUTHENTICATED","detail":"The request does not say who asks."}""";
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var cancellation = TestContext.Current.CancellationToken;
        var request = AnswerAsync(
            server,
            $"HTTP/1.1 401 Unauthorized\r\nContent-Length: {Problem.Length}\r\nConnection: close\r\n\r\n{Problem}",
            cancellation);

        var run = await new CommandRun { Variables = { ["SAGAS_API_KEY"] = "hush" } }.RunAsync(
            "list", "--url", $"http://{server.LocalEndpoint}");

        (await request).ShouldContain("Authorization: Bearer hush");
        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("UNAUTHENTICATED: The request does not say who asks. Put the API key into SAGAS_API_KEY");
        run.Error.ShouldNotContain("hush");
    }

    [Fact]
    public async Task Command_KeyFileThatIsNotThere_IsWrongUsage()
    {
        var run = await CommandRun.PipedAsync("list", "--key-file", "/nowhere/key", "--url", NobodyListens);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("The key cannot be read");
    }

    [Theory]
    [InlineData("dance")]
    [InlineData("list", "--colour")]
    [InlineData("show")]
    public async Task Command_LineThatIsWrong_IsUsageOnStandardError(params string[] arguments)
    {
        var run = await CommandRun.PipedAsync(arguments);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Command_WorkersOptionBeforeIt_IsRefusedRatherThanPassedOver()
    {
        var run = await CommandRun.PipedAsync("--database", "Data Source=other.db", "list");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldStartWith("--database stands before the command 'list'");
    }

    [Fact]
    public async Task Help_Root_ListsCommandsAndExitCodes()
    {
        var run = await CommandRun.PipedAsync("--help");

        run.ExitCode.ShouldBe(0);
        foreach (var command in new[] { "run", "demo", "list", "show", "watch", "validate", "migrate", "doctor", "health" })
        {
            run.Lines.ShouldContain(x => x.TrimStart().StartsWith(command, StringComparison.Ordinal), command);
        }

        run.Output.ShouldContain("Exit codes: 0 done and well");
    }

    private static async Task<string> AnswerAsync(TcpListener server, string response, CancellationToken stop)
    {
        using var connection = await server.AcceptTcpClientAsync(stop);
        var stream = connection.GetStream();
        var buffer = new byte[16_384];
        var length = 0;
        while (!System.Text.Encoding.ASCII.GetString(buffer, 0, length).Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            length += await stream.ReadAsync(buffer.AsMemory(length), stop);
        }

        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(response), stop);
        return System.Text.Encoding.ASCII.GetString(buffer, 0, length);
    }
}
