using System.Globalization;
using Sagas.Tests.Simulation;

// Runs the simulator on a broken engine until that is found out: "invariant|plan", or nothing when it survives.
var simulator = new Simulator(new ProductionEngine());
var result = simulator.Run(1, long.Parse(args[0], CultureInfo.InvariantCulture), TimeSpan.Zero);
if (result.Failure is { } failure)
{
    Console.WriteLine($"{failure.Invariant}|{failure.Plan}");
}
