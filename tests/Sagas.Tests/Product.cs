using System.Reflection;
using Sagas.Worker;

namespace Sagas.Tests;

/// <summary>What is shipped.</summary>
internal static class Product
{
    /// <summary>The worker and the projects that it is made of.</summary>
    public static IReadOnlyList<Assembly> Assemblies { get; } = [.. Find(typeof(SagasHost).Assembly, [])];

    private static HashSet<Assembly> Find(Assembly assembly, HashSet<Assembly> found)
    {
        if (found.Add(assembly))
        {
            foreach (var name in assembly.GetReferencedAssemblies().Where(x =>
                x.Name!.StartsWith("Sagas.", StringComparison.Ordinal) && !x.Name.StartsWith("Sagas.Samples", StringComparison.Ordinal)))
            {
                Find(Assembly.Load(name), found);
            }
        }

        return found;
    }
}
