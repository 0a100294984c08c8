using System.Text.Json;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Operations;

/// <summary>The command line inside the worker's own container, as an operator calls it there.</summary>
public sealed class ContainerCommandLineTests(StackFixture fixture) : IClassFixture<StackFixture>
{
    private readonly SagasStack _stack = fixture.Stack;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exec_SagaThatIsStuck_IsFoundExplainedAndMended()
    {
        const string Input = """
            {"orderId":"4711","amount":42,"faults":{"book-shipment":"fail","reserve-stock:compensate":"fail"}}
            """;
        var started = await RunAsync($"echo '{Input.Trim()}' | sagas start order --input -");
        var id = started.Output.Trim();

        await Poll.UntilAsync(
            "the saga to be listed as suspended",
            async _ => (await RunAsync("sagas list --suspended")).Output.Contains(id[..8], StringComparison.Ordinal),
            ct: Ct);
        var shown = (await RunAsync($"sagas show {id}")).Output;
        shown.ShouldContain("Suspended");
        shown.ShouldContain("reserve-stock");
        shown.ShouldContain($"sagas skip {id}");
        (await RunAsync($"sagas skip {id} --step reserve-stock --reason 'put back by hand'")).ExitCode.ShouldBe(0);

        await Poll.UntilAsync(
            "the saga to end",
            async _ => State((await RunAsync($"sagas show {id} --json")).Output) == "Compensated",
            ct: Ct);
        (await RunAsync($"sagas show {id} --history")).Output.ShouldContain("put back by hand");
        (await RunAsync($"sagas retry {id} --reason again")).ExitCode.ShouldBe(1, "it has ended");
    }

    [Fact]
    public async Task Exec_Doctor_ExaminesTheServersThatTheWorkerIsConfiguredWith()
    {
        var report = await RunAsync("sagas doctor --json");

        report.ExitCode.ShouldBe(0, report.Output);
        var checks = JsonElement.Parse(report.Output).EnumerateArray().Select(x => (
            Check: x.GetProperty("check").GetString(),
            Status: x.GetProperty("status").GetString(),
            Finding: x.GetProperty("finding").GetString()!)).ToList();
        checks.ShouldContain(x => x.Check == "database" && x.Status == "ok" && x.Finding.Contains("PostgreSQL", StringComparison.Ordinal));
        checks.ShouldContain(x => x.Check == "broker" && x.Status == "ok" && x.Finding.Contains("RabbitMQ", StringComparison.Ordinal));
        checks.ShouldContain(x => x.Check == "queue" && x.Status == "ok" && x.Finding.StartsWith("sagas:", StringComparison.Ordinal));
        checks.ShouldContain(x => x.Check == "api" && x.Status == "ok");
    }

    [Fact]
    public async Task Exec_DoctorOfServersThatAreNotThere_SaysWhichAndWhatToDo()
    {
        var report = await RunAsync(
            "ConnectionStrings__Sagas='Host=127.0.0.1;Port=9;Database=sagas;Username=sagas;Password=hidden' "
            + "ConnectionStrings__RabbitMq='amqp://sagas:hidden@127.0.0.1:9' sagas doctor");

        report.ExitCode.ShouldBe(1, report.Output);
        report.Output.ShouldContain("fail  database");
        report.Output.ShouldContain("fail  broker");
        report.Output.ShouldContain("See that RabbitMQ runs there");
        report.Output.ShouldNotContain("hidden");
    }

    private static string? State(string json) => JsonElement.Parse(json).GetProperty("state").GetString();

    private async Task<(long? ExitCode, string Output)> RunAsync(string command)
    {
        var result = await _stack.Worker.ExecAsync(["/bin/sh", "-c", command], Ct);
        return (result.ExitCode, result.Stdout + result.Stderr);
    }
}
