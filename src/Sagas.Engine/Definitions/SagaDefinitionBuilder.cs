namespace Sagas.Engine.Definitions;

/// <summary>Declares a saga in C#, with the same power and under the same rules as a JSON file.</summary>
/// <example>
/// <code>
/// SagaDeclaration order = SagaDefinition.Define("order", version: 1)
///     .Step("reserve-stock", step => step.Queue("stock").Compensate())
///     .Step("charge-card", step => step.Queue("payment").Critical().Timeout(TimeSpan.FromSeconds(30)).Compensate())
///     .Parallel(group => group
///         .Step("book-shipment", step => step.Queue("shipping"))
///         .Step("send-invoice", step => step.Queue("billing")))
///     .Build();
/// </code>
/// </example>
public sealed class SagaDefinitionBuilder
{
    private readonly string _name;
    private readonly int _version;
    private readonly List<StepDeclaration> _steps = [];
    private readonly List<GroupDeclaration> _groups = [];
    private string _description = "";
    private TimeSpan? _deadline;
    private int _places;

    internal SagaDefinitionBuilder(string name, int version)
    {
        _name = name;
        _version = version;
    }

    /// <summary>Says what the saga is for. At most 2,000 characters; not part of the content hash.</summary>
    public SagaDefinitionBuilder Describe(string description)
    {
        _description = description;
        return this;
    }

    /// <summary>
    /// Has a saga turn back that has neither ended nor passed its pivot so long after its start: 100 milliseconds to
    /// 30 days.
    /// </summary>
    public SagaDefinitionBuilder Deadline(TimeSpan deadline)
    {
        _deadline = deadline;
        return this;
    }

    /// <summary>Adds the next step.</summary>
    /// <param name="name">The step's name: <c>[a-z0-9][a-z0-9._-]{0,99}</c>, unique within the definition.</param>
    /// <param name="declare">Declares the step; its queue at least.</param>
    public SagaDefinitionBuilder Step(string name, Action<StepBuilder> declare)
    {
        ArgumentNullException.ThrowIfNull(declare);
        var step = new StepBuilder(name);
        declare(step);
        _steps.Add(step.Build() with { Path = $"steps[{_places++}]" });
        return this;
    }

    /// <summary>
    /// Adds a group of steps that start together. The saga goes on when all of them have succeeded, and turns back when
    /// one has failed for good and the others have answered.
    /// </summary>
    /// <param name="declare">Declares the steps, two at least. None of them may be the pivot.</param>
    public SagaDefinitionBuilder Parallel(Action<ParallelBuilder> declare)
    {
        ArgumentNullException.ThrowIfNull(declare);
        var builder = new ParallelBuilder($"steps[{_places++}].parallel", _groups.Count + 1);
        declare(builder);
        var (group, steps) = builder.Build();
        _groups.Add(group);
        _steps.AddRange(steps);
        return this;
    }

    /// <summary>Checks the whole and hands it out.</summary>
    /// <exception cref="SagaDefinitionException">It breaks rules; the message names every one.</exception>
    public SagaDeclaration Build()
    {
        var source = $"saga {_name} version {_version} (declared in code)";
        var declaration = new SagaDeclaration(source)
        {
            Name = _name,
            Version = _version,
            Description = _description,
            Deadline = _deadline,
            Steps = [.. _steps],
            Groups = [.. _groups],
        };
        var mistakes = new MistakeList(source);
        DeclarationRules.Check(declaration, mistakes);
        SagaDefinitionException.ThrowIfAny(mistakes);
        return declaration;
    }
}
