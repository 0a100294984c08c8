using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence;

/// <summary>Maps one saga class to its table.</summary>
public interface ISagaClassMap
{
    /// <summary>The saga class.</summary>
    Type SagaType { get; }

    /// <summary>Adds the class to the model.</summary>
    /// <param name="model">The model being built.</param>
    void Configure(ModelBuilder model);
}
