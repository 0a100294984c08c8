using Sagas.Benchmarks;
using Sagas.Benchmarks.Participants;
using Sagas.Benchmarks.Systems.Raw;
using Sagas.Benchmarks.Systems.Twins;

// The others are processes that a benchmark starts by itself.
return await BenchmarkCommand.Create([ParticipantsProcess.Create(), TwinProcess.Create(), .. RawProcess.Create()])
    .Parse(args).InvokeAsync();
