namespace Sagas.Engine.Definitions;

/// <summary>
/// Puts the declarations of the files and of the code together; a name and version may be there once.
/// </summary>
internal static class DeclarationSet
{
    /// <exception cref="SagaDefinitionException">There are mistakes; the message names all of them.</exception>
    public static IReadOnlyList<SagaDeclaration> Load(
        DefinitionOptions options,
        IEnumerable<SagaDeclaration> declaredInCode,
        IEnumerable<IDeclarationCheck> checks,
        string workingDirectory,
        string executableDirectory)
    {
        var mistakes = new List<MistakeList>();
        var folder = DefinitionFolder.Find(options, workingDirectory, executableDirectory);
        var declarations = declaredInCode
            .Concat(folder is null ? [] : DefinitionFolder.Read(folder, workingDirectory, mistakes))
            .ToArray();
        CheckUnique(declarations, mistakes);
        SagaDefinitionException.ThrowIfAny(mistakes);
        SagaDefinitionException.ThrowIfAny(CheckOnThisWorker(declarations, [.. checks]));
        return declarations;
    }

    /// <summary>Reads files and finds all their mistakes, as a start does.</summary>
    /// <param name="files">The files.</param>
    /// <param name="checks">What this worker has to be configured for.</param>
    /// <param name="workingDirectory">What the names of the files are relative to.</param>
    /// <returns>What could be read, and a list of mistakes a file, most of them empty.</returns>
    public static (IReadOnlyList<SagaDeclaration> Declarations, IReadOnlyList<MistakeList> Mistakes) Examine(
        IEnumerable<string> files, IEnumerable<IDeclarationCheck> checks, string workingDirectory)
    {
        var mistakes = new List<MistakeList>();
        var declarations = DefinitionFolder.Read(files, workingDirectory, mistakes).ToArray();
        CheckUnique(declarations, mistakes);
        return mistakes.Exists(x => x.Count > 0)
            ? (declarations, mistakes)
            : (declarations, CheckOnThisWorker(declarations, [.. checks]));
    }

    private static List<MistakeList> CheckOnThisWorker(
        SagaDeclaration[] declarations, IReadOnlyList<IDeclarationCheck> checks)
    {
        var mistakes = new List<MistakeList>();
        foreach (var declaration in declarations)
        {
            var list = new MistakeList(declaration.Source);
            mistakes.Add(list);
            foreach (var check in checks)
            {
                check.Check(declaration, list);
            }
        }

        return mistakes;
    }

    private static void CheckUnique(SagaDeclaration[] declarations, List<MistakeList> mistakes)
    {
        var known = declarations.Where(declaration => declaration is { Name.Length: > 0, Version: > 0 });
        foreach (var group in known.GroupBy(declaration => (declaration.Name, declaration.Version)))
        {
            var first = group.First();
            foreach (var other in group.Skip(1))
            {
                var list = mistakes.Find(list => list.Source == other.Source);
                if (list is null)
                {
                    mistakes.Add(list = new MistakeList(other.Source));
                }

                list.AddBeside(
                    "name",
                    DisplayJson.Of(other.Name),
                    $"is, as version {other.Version}, the definition of {first.Source} as well",
                    "Every definition has a name and version of its own: remove one, or give it the next version");
            }
        }
    }
}
