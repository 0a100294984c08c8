namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>A way in which a statement can fail.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="LosesAnswer">
/// Whether the statement is carried out and its answer lost, so that nobody knows; otherwise it is not carried out.
/// </param>
public abstract record StoreFault(string Name, bool LosesAnswer)
{
    public sealed override string ToString()
    {
        return Name;
    }
}
