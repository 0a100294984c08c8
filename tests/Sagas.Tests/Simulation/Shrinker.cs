namespace Sagas.Tests.Simulation;

/// <summary>Looks for a smaller world that goes wrong in the same way: fewer sagas, steps and faults.</summary>
internal sealed class Shrinker(Simulator simulator)
{
    // A smaller world is another world; so its neighbours may show what it does not.
    private const ulong Neighbours = 20;

    public SimulationFailure Shrink(SimulationFailure failure)
    {
        failure = OneSaga(failure);
        while (true)
        {
            var smaller = FewerSteps(WithoutFaults(failure));
            if (smaller == failure)
            {
                break;
            }

            failure = smaller;
        }

        return FewerFaults(failure);
    }

    private SimulationFailure OneSaga(SimulationFailure failure)
    {
        for (var saga = 0; saga < failure.Plan.Sagas; saga++)
        {
            if (Fails(failure.Plan with { Only = saga }, failure) is { } smaller)
            {
                return Fails(smaller.Plan with { Sagas = saga + 1 }, failure) ?? smaller;
            }
        }

        return FewerSagas(failure);
    }

    private SimulationFailure FewerSagas(SimulationFailure failure)
    {
        for (var sagas = 1; sagas < failure.Plan.Sagas; sagas *= 2)
        {
            if (FailsNearby(failure.Plan with { Sagas = sagas }, failure) is { } smaller)
            {
                return smaller;
            }
        }

        return failure;
    }

    private SimulationFailure FewerSteps(SimulationFailure failure)
    {
        for (var steps = 1; steps < failure.Plan.Steps; steps++)
        {
            if (FailsNearby(failure.Plan with { Steps = steps }, failure) is { } smaller)
            {
                return smaller;
            }
        }

        return failure;
    }

    private SimulationFailure WithoutFaults(SimulationFailure failure)
    {
        if (Fails(failure.Plan with { Without = FaultSet.All }, failure) is { } faultless)
        {
            return faultless;
        }

        foreach (var fault in Enum.GetValues<Fault>().Where(fault => !failure.Plan.Without.Contains(fault)))
        {
            failure = Fails(failure.Plan with { Without = failure.Plan.Without.With(fault) }, failure) ?? failure;
        }

        return failure;
    }

    private SimulationFailure FewerFaults(SimulationFailure failure)
    {
        var (enough, tooFew) = (Math.Min(failure.Plan.Faults, failure.Faults), -1);
        while (enough - tooFew > 1)
        {
            var middle = (enough + tooFew) / 2;
            if (Fails(failure.Plan with { Faults = middle }, failure) is { } smaller)
            {
                (enough, failure) = (middle, smaller);
            }
            else
            {
                tooFew = middle;
            }
        }

        return failure;
    }

    private SimulationFailure? FailsNearby(SimulationPlan plan, SimulationFailure like)
    {
        for (ulong offset = 0; offset < Neighbours; offset++)
        {
            if (Fails(plan with { Seed = plan.Seed + offset }, like) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    private SimulationFailure? Fails(SimulationPlan plan, SimulationFailure like) =>
        simulator.Try(plan, new Coverage()) is { } failure && failure.Invariant == like.Invariant ? failure : null;
}
