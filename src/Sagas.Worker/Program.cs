using Sagas.Worker.CommandLine;

return await SagasCommand.RunAsync(args);
