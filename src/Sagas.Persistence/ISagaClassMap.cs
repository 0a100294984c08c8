using MassTransit;
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

/// <summary>Maps a saga class to its table.</summary>
/// <typeparam name="TSaga">The saga class.</typeparam>
public interface ISagaClassMap<TSaga> : ISagaClassMap
    where TSaga : class, ISaga;
