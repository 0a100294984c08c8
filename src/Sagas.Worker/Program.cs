using Sagas.Worker.Operations.CommandLine;

return await SagasCommand.RunAsync(args);
