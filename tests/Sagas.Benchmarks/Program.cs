using System.CommandLine;
using Sagas.Benchmarks;
using Sagas.Benchmarks.Participants;
using Sagas.Benchmarks.Systems.DropIn;
using Sagas.Benchmarks.Systems.Raw;
using Sagas.Benchmarks.Systems.Twins;

// The others are processes that a benchmark starts by itself. One that is stopped takes them, and its servers, along.
return await BenchmarkCommand.Create(
        [ParticipantsProcess.Create(), TwinProcess.Create(), DropInProcess.Create(), .. RawProcess.Create()])
    .Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan });
