using Sagas.Benchmarks;
using Sagas.Benchmarks.Participants;
using Sagas.Benchmarks.Systems;
using Sagas.Benchmarks.Systems.Raw;

// The others are processes that a benchmark starts by itself.
return await BenchmarkCommand.Create([ParticipantsProcess.Create(), NoDatabaseProcess.Create(), .. RawProcess.Create()])
    .Parse(args).InvokeAsync();
