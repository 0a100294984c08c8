using Sagas.Worker.Operations.CommandLine;

return await SagasCommand.Create().Parse(args).InvokeAsync();
