using System.CommandLine;
using Sagas.Worker.Operations.CommandLine;

// How long a stop may take is the host's business: left alone, the command line would cut it off after two seconds.
return await SagasCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration
{
    ProcessTerminationTimeout = Timeout.InfiniteTimeSpan,
});
