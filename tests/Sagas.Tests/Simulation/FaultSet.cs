namespace Sagas.Tests.Simulation;

/// <summary>A set of faults.</summary>
internal readonly record struct FaultSet(ulong Bits)
{
    public static FaultSet All { get; } =
        Enum.GetValues<Fault>().Aggregate(default(FaultSet), (set, fault) => set.With(fault));

    public bool IsEmpty => Bits == 0;

    public static FaultSet Parse(string names) => names
        .Split(',', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(default(FaultSet), (set, name) => name == "all" ? All : set.With(Enum.Parse<Fault>(name)));

    public bool Contains(Fault fault) => (Bits & (1UL << (int)fault)) != 0;

    public FaultSet With(Fault fault) => new(Bits | (1UL << (int)fault));

    public override string ToString()
    {
        var set = this;
        return this == All ? "all" : string.Join(',', Enum.GetValues<Fault>().Where(set.Contains));
    }
}
