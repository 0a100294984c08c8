namespace Sagas.Worker.Definitions;

/// <summary>Declares a saga in C#, with the same power and under the same rules as a JSON file.</summary>
/// <example>
/// <code>
/// SagaDeclaration order = SagaDefinition.Define("order", version: 1)
///     .Step("reserve-stock", step => step.Queue("stock").Compensate())
///     .Step("charge-card", step => step.Queue("payment").Critical().Timeout(TimeSpan.FromSeconds(30)).Compensate())
///     .Step("book-shipment", step => step.Queue("shipping"))
///     .Build();
/// </code>
/// </example>
public sealed class SagaDefinitionBuilder
{
    private readonly string _name;
    private readonly int _version;
    private readonly List<StepDeclaration> _steps = [];
    private string _description = "";

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

    /// <summary>Adds the next step.</summary>
    /// <param name="name">The step's name: <c>[a-z0-9][a-z0-9._-]{0,99}</c>, unique within the definition.</param>
    /// <param name="declare">Declares the step; its queue at least.</param>
    public SagaDefinitionBuilder Step(string name, Action<StepBuilder> declare)
    {
        ArgumentNullException.ThrowIfNull(declare);
        var step = new StepBuilder(name);
        declare(step);
        _steps.Add(step.Build());
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
            Steps = [.. _steps],
        };
        var mistakes = new MistakeList(source);
        DeclarationRules.Check(declaration, mistakes);
        SagaDefinitionException.ThrowIfAny(mistakes);
        return declaration;
    }
}
