namespace Sagas.Engine.Definitions;

/// <summary>Declares the steps of a group that start together.</summary>
public sealed class ParallelBuilder
{
    private readonly string _path;
    private readonly int _group;
    private readonly List<StepDeclaration> _steps = [];

    internal ParallelBuilder(string path, int group)
    {
        _path = path;
        _group = group;
    }

    /// <summary>Adds a step to the group.</summary>
    /// <param name="name">The step's name: <c>[a-z0-9][a-z0-9._-]{0,99}</c>, unique within the definition.</param>
    /// <param name="declare">Declares the step; its queue at least.</param>
    public ParallelBuilder Step(string name, Action<StepBuilder> declare)
    {
        ArgumentNullException.ThrowIfNull(declare);
        var step = new StepBuilder(name);
        declare(step);
        _steps.Add(step.Build() with { Path = $"{_path}[{_steps.Count}]", Group = _group });
        return this;
    }

    internal (GroupDeclaration Group, IReadOnlyList<StepDeclaration> Steps) Build() =>
        (new GroupDeclaration(_path, _steps.Count), _steps);
}
