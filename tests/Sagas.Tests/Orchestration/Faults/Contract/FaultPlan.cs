namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>A fault and the seam that it meets.</summary>
/// <param name="Seam">The seam's number.</param>
/// <param name="Kind">The fault.</param>
internal sealed record FaultPlan(int Seam, StoreFault Kind)
{
    /// <summary>
    /// A fault for every seam, one kind after the other; and for every commit the two that matter most there: it took
    /// place and nobody knows, and it did not.
    /// </summary>
    /// <param name="seams">The seams.</param>
    /// <param name="kinds">The kinds of faults.</param>
    public static IReadOnlyList<FaultPlan> Cover(IReadOnlyList<string> seams, IReadOnlyList<StoreFault> kinds)
    {
        if (Environment.GetEnvironmentVariable("SAGAS_STORE_FAULTS") == "all")
        {
            return Product(seams, kinds, _ => true);
        }

        var (lost, refused) = (kinds.Where(kind => kind.LosesAnswer), kinds.Where(kind => !kind.LosesAnswer));
        return
        [
            .. seams.Index().SelectMany(seam => IsCommit(seam.Item)
                ? new[] { Turn(lost, seam.Index), Turn(refused, seam.Index) }.Select(kind => new FaultPlan(seam.Index, kind))
                : [new FaultPlan(seam.Index, Turn(kinds, seam.Index))]),
        ];
    }

    /// <summary>Every one of the faults at every seam that is meant.</summary>
    public static IReadOnlyList<FaultPlan> Product(
        IReadOnlyList<string> seams,
        IReadOnlyList<StoreFault> kinds,
        Func<string, bool> isMeant)
    {
        return
        [
            .. seams.Index()
                .Where(seam => isMeant(seam.Item))
                .SelectMany(seam => kinds.Select(kind => new FaultPlan(seam.Index, kind))),
        ];
    }

    public string Describe(IReadOnlyList<string> seams)
    {
        var statement = seams[Seam];
        return $"{Kind} at seam {Seam}: {statement[..Math.Min(statement.Length, 80)]}";
    }

    private static bool IsCommit(string seam)
    {
        return seam.Contains("COMMIT", StringComparison.Ordinal);
    }

    private static StoreFault Turn(IEnumerable<StoreFault> kinds, int seam)
    {
        var all = kinds.ToArray();
        return all[seam % all.Length];
    }
}
