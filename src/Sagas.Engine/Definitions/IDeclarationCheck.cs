namespace Sagas.Engine.Definitions;

/// <summary>Finds what a declaration that is right in itself needs, and this worker is not configured for.</summary>
internal interface IDeclarationCheck
{
    void Check(SagaDeclaration declaration, MistakeList mistakes);
}
