using Sagas.Benchmarks;
using Sagas.Benchmarks.Participants;
using Sagas.Benchmarks.Systems;

// The other two are processes that a benchmark starts by itself.
return await BenchmarkCommand.Create(ParticipantsProcess.Create(), NoDatabaseProcess.Create()).Parse(args).InvokeAsync();
