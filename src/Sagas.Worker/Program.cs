using Sagas.Worker.CommandLine.Commands;

return await SagasCommand.RunAsync(args);
