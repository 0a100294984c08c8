using Microsoft.AspNetCore.Http;

namespace Sagas.Dashboard.Api;

/// <summary>Says who asks, for the sagas' history.</summary>
internal interface IOperatorIdentity
{
    /// <summary>A name that means something to the people who will read the history; at most 200 characters.</summary>
    string NameOf(HttpContext context);
}
