namespace Sagas.Orchestration.Operators;

/// <summary>What an operator's command is to those that came before it under the same key.</summary>
internal enum CommandRepetition
{
    /// <summary>There was none that had an effect.</summary>
    First,

    /// <summary>It is the same again.</summary>
    Same,

    /// <summary>The key belongs to another command.</summary>
    Another,
}
