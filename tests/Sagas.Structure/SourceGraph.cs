using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Sagas.Structure;

/// <summary>Which file of <c>src</c> uses which, read from the assemblies.</summary>
/// <remarks>What the compiler puts in place leaves no arrow: constants, names (<c>nameof</c>) and documentation.</remarks>
internal sealed class SourceGraph
{
    private readonly Dictionary<string, SourceFile> _byType;
    private readonly Dictionary<SourceFile, HashSet<SourceFile>> _uses = [];

    private SourceGraph(IReadOnlyList<SourceFile> files)
    {
        Files = files;

        // Of a type in several files, or of several types of one name, the first stands for all.
        _byType = files
            .SelectMany(file => file.Types.Select(type => (Name: $"{file.Namespace}.{type}", File: file)))
            .GroupBy(x => x.Name)
            .ToDictionary(x => x.Key, x => x.First().File);
    }

    /// <summary>All files.</summary>
    public IReadOnlyList<SourceFile> Files { get; }

    /// <summary>The arrows between folders: how many files of the one use how many files of the other.</summary>
    public IReadOnlyDictionary<(string From, string To), int> Folders => _uses
        .SelectMany(x => x.Value.Select(to => (From: x.Key.Folder, To: to.Folder)))
        .Where(x => x.From != x.To)
        .GroupBy(x => x)
        .ToDictionary(x => x.Key, x => x.Count());

    /// <summary>The folders that reach each other, each set of them in order; those in no cycle are left out.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Cycles
    {
        get
        {
            var reach = Folders.Keys.Select(x => x.From).Distinct().ToDictionary(x => x, Reached);
            return
            [
                .. reach.Keys
                    .Where(x => reach[x].Contains(x))
                    .Select(x => string.Join('\n', reach[x]
                        .Where(y => reach.TryGetValue(y, out var back) && back.Contains(x))
                        .Order(StringComparer.Ordinal)))
                    .Distinct()
                    .Order(StringComparer.Ordinal)
                    .Select(x => x.Split('\n')),
            ];
        }
    }

    /// <summary>Reads the sources of a checkout, and the assemblies that were built of them.</summary>
    /// <param name="repository">The checkout.</param>
    /// <param name="assemblies">The folder with <c>Sagas.*.dll</c>.</param>
    public static SourceGraph Read(string repository, string assemblies)
    {
        var graph = new SourceGraph(SourceFile.ReadAll(repository));
        var projects = graph.Files.Select(file => file.Folder.Split('/')[0]).Distinct();
        foreach (var project in projects)
        {
            using var module = ModuleDefinition.ReadModule(Path.Combine(assemblies, $"{project}.dll"));
            foreach (var type in module.Types)
            {
                graph.Add(type);
            }
        }

        return graph;
    }

    /// <summary>The file of a type of ours, by the name that the runtime has for it; <see langword="null"/> for any other.</summary>
    public SourceFile? FileOf(string fullName) =>
        _byType.GetValueOrDefault(fullName.Split('/', '+')[0].Split('`', '<')[0]);

    /// <summary>The files of one folder that use files of another, for instance <c>A.cs -> B.cs</c>.</summary>
    public IEnumerable<string> Between(string from, string to) => _uses
        .Where(x => x.Key.Folder == from)
        .SelectMany(x => x.Value.Where(y => y.Folder == to).Select(y => $"{Name(x.Key)} -> {Name(y)}"))
        .Order(StringComparer.Ordinal);

    private static string Name(SourceFile file) => Path.GetFileName(file.Path);

    private HashSet<string> Reached(string folder)
    {
        var arrows = Folders.Keys.ToLookup(x => x.From, x => x.To);
        HashSet<string> reached = [];
        var open = new Stack<string>(arrows[folder]);
        while (open.TryPop(out var next))
        {
            if (reached.Add(next))
            {
                foreach (var to in arrows[next])
                {
                    open.Push(to);
                }
            }
        }

        return reached;
    }

    private void Add(TypeDefinition type)
    {
        if (FileOf(type.FullName) is not { } file)
        {
            return;
        }

        var used = _uses.TryGetValue(file, out var known) ? known : _uses[file] = [];
        foreach (var reference in Used(type).SelectMany(Parts))
        {
            if (FileOf(reference.FullName) is { } other && other != file)
            {
                used.Add(other);
            }
        }
    }

    private static IEnumerable<TypeReference?> Used(TypeDefinition type)
    {
        IEnumerable<TypeReference?> used =
        [
            type.BaseType,
            .. type.Interfaces.Select(x => x.InterfaceType),
            .. type.CustomAttributes.Select(x => x.AttributeType),
            .. type.GenericParameters.SelectMany(x => x.Constraints).Select(x => x.ConstraintType),
            .. type.Fields.Select(x => x.FieldType),
            .. type.Methods.SelectMany(Used),
            .. type.NestedTypes.SelectMany(Used),
        ];
        return used;
    }

    private static IEnumerable<TypeReference?> Used(MethodDefinition method)
    {
        IEnumerable<TypeReference?> used =
        [
            method.ReturnType,
            .. method.Parameters.Select(x => x.ParameterType),
            .. method.CustomAttributes.Select(x => x.AttributeType),
            .. method.GenericParameters.SelectMany(x => x.Constraints).Select(x => x.ConstraintType),
        ];
        return method.HasBody
            ? [.. used, .. method.Body.Variables.Select(x => x.VariableType), .. method.Body.Instructions.SelectMany(Used)]
            : used;
    }

    private static IEnumerable<TypeReference?> Used(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null => [],
        GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
        TypeSpecification specified => Parts(specified.ElementType),
        _ => [type],
    };
}
