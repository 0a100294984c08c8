using System.Text.Json.Serialization;

namespace Sagas.Contracts;

/// <summary>The two directions in which a step is carried out.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepDirection>))]
public enum StepDirection
{
    /// <summary>Do the step's work.</summary>
    Execute,

    /// <summary>Undo what <see cref="Execute"/> did.</summary>
    Compensate,
}
