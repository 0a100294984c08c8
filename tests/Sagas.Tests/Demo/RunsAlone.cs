namespace Sagas.Tests.Demo;

/// <summary>Tests that measure seconds: they run when the parallel ones are done.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
