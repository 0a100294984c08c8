using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using Sagas.Benchmarks.Load;
using Sagas.Benchmarks.Participants;
using Sagas.Benchmarks.Reporting;
using Sagas.Benchmarks.Systems;
using Sagas.IntegrationTests.Containers;

namespace Sagas.Benchmarks.Outage;

/// <summary>
/// Has sagas pile up while the participants are away, loses their commands, and lets all of them be due at once: how
/// soon a worker is there, what so many sagas in flight take, and whether new ones get through meanwhile.
/// </summary>
internal static class OutageBenchmark
{
    private const string Name = "outage";
    private const int NewOnesASecond = 10;
    private const int StartsAtOnce = 200;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(20);

    /// <param name="settings">What the command line says.</param>
    /// <param name="count">How many sagas pile up.</param>
    /// <param name="stop">Stops it.</param>
    public static async Task RunAsync(BenchmarkSettings settings, int count, CancellationToken stop)
    {
        await settings.CheckReportAsync(Name, stop);
        await using var system = await SystemUnderTest.StartAsync(SystemKind.Sagas, stop);
        await using var database = NpgsqlDataSource.Create(system.Database("sagas"));
        await settings.Measurer.WarmUpAsync(system, stop);
        var report = new OutageReport(count);
        for (var run = 1; run <= settings.Runs; run++)
        {
            report.AddStart(await StartWorkerAsync(system, stop));
        }

        await PileUpAsync(system, database, report, count, stop);
        await LoseCommandsAsync(system, database, stop);
        await WorkOffAsync(system, database, report, stop);
        var conditions = settings.Describe(
            $"The worker was started {settings.Runs} times, the least and the most in brackets", [system.Servers]);
        await settings.ReportAsync(Name, report.ToMarkdown(conditions), report.ToPicture(), stop);
    }

    /// <returns>The time from before a worker is started until a saga has ended whose start waited for it.</returns>
    private static async Task<TimeSpan> StartWorkerAsync(SystemUnderTest system, CancellationToken stop)
    {
        await system.SetWorkersAsync(0, stop);
        var saga = system.RunAsync(Scenario.All[0], stop);
        await system.SetWorkersAsync(1, stop);
        return await saga;
    }

    private static async Task PileUpAsync(
        SystemUnderTest system, NpgsqlDataSource database, OutageReport report, int count, CancellationToken stop)
    {
        report.MemoryBefore = system.WorkerMemoryMiB;
        system.EndParticipants();
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = StartsAtOnce, CancellationToken = stop },
            async (_, token) => await system.StartSagaAsync(Scenario.All[0], token));
        await UntilAsync(
            $"{count} sagas to be in flight",
            async () => await CountAsync(database, "state = 'Running'", null, stop) >= count,
            stop);
        report.PilingUp = Stopwatch.GetElapsedTime(started);
        report.MemoryInFlight = system.WorkerMemoryMiB;
        await SayAsync($"{count} sagas in flight, worker {report.MemoryInFlight:F0} MiB");
    }

    /// <summary>With the worker away until every saga's timeout has passed.</summary>
    private static async Task LoseCommandsAsync(
        SystemUnderTest system, NpgsqlDataSource database, CancellationToken stop)
    {
        await system.SetWorkersAsync(0, stop);
        await system.PurgeAsync(ParticipantsProcess.Queues, stop);
        await UntilAsync(
            "all of them to be due",
            async () => await CountAsync(database, "state = 'Running' AND due_at > now()", null, stop) == 0,
            stop);
        system.StartParticipants();
    }

    private static async Task WorkOffAsync(
        SystemUnderTest system, NpgsqlDataSource database, OutageReport report, CancellationToken stop)
    {
        var begin = await NowAsync(database, stop);
        var started = Stopwatch.GetTimestamp();
        await system.SetWorkersAsync(1, stop);
        var times = new ConcurrentQueue<TimeSpan>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var newOnes = RunNewOnesAsync(
            async () => times.Enqueue(await system.RunAsync(Scenario.All[0], stop)), enough.Token);
        long left;
        do
        {
            await Task.Delay(Period, stop);
            left = await CountAsync(database, "state = 'Running' AND started_at < $1", begin, stop);
            var ended = new Latencies(Interlocked.Exchange(ref times, new ConcurrentQueue<TimeSpan>()));
            report.Add(new OutagePeriod(Stopwatch.GetElapsedTime(started), left, ended, system.WorkerMemoryMiB));
            await SayAsync(
                $"{left} of them are left; {ended.Count} new ones ended, and took {ended.P50:F0} ms, {ended.P99:F0} at "
                + "most for 99 of 100");
        }
        while (left > 0);

        await enough.CancelAsync();
        await newOnes;
    }

    /// <summary>Starts so many a second until it is stopped, and waits for their ends.</summary>
    private static async Task RunNewOnesAsync(Func<Task> run, CancellationToken enough)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / NewOnesASecond);
        var running = new List<Task>();
        try
        {
            while (await timer.WaitForNextTickAsync(enough))
            {
                running.Add(run());
            }
        }
        catch (OperationCanceledException)
        {
            // Enough of them.
        }

        await Task.WhenAll(running);
    }

    private static Task UntilAsync(string what, Func<Task<bool>> condition, CancellationToken stop) => Poll.UntilAsync(
        what, _ => condition(), timeout: TimeSpan.FromMinutes(30), interval: TimeSpan.FromSeconds(1), ct: stop);

    private static async Task<DateTime> NowAsync(NpgsqlDataSource database, CancellationToken stop)
    {
        await using var command = database.CreateCommand("SELECT now()");
        return (DateTime)(await command.ExecuteScalarAsync(stop))!;
    }

    private static async Task<long> CountAsync(
        NpgsqlDataSource database, string condition, DateTime? instant, CancellationToken stop)
    {
        await using var command = database.CreateCommand($"SELECT count(*) FROM sagas.saga_state WHERE {condition}");
        if (instant is { } value)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return (long)(await command.ExecuteScalarAsync(stop))!;
    }

    private static Task SayAsync(string what) => Console.Error.WriteLineAsync(what);
}
