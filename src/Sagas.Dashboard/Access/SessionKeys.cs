using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sagas.Dashboard.Api;

namespace Sagas.Dashboard.Access;

/// <summary>
/// Keeps the keys that protect sessions: in memory, or in the folder that workers share. The framework would write them
/// into the user's home, where nobody looks for them.
/// </summary>
internal sealed class SessionKeys : IXmlRepository
{
    private readonly Lock _lock = new();
    private readonly List<XElement> _elements = [];

    private SessionKeys()
    {
    }

    public static void Configure(KeyManagementOptions management, IOptions<ApiOptions> api, ILoggerFactory loggers)
    {
        management.XmlRepository = api.Value.SessionKeyPath is { } path
            ? new FileSystemXmlRepository(new DirectoryInfo(path), loggers)
            : new SessionKeys();
        management.XmlEncryptor = new NullXmlEncryptor();
    }

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        lock (_lock)
        {
            return [.. _elements];
        }
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        lock (_lock)
        {
            _elements.Add(element);
        }
    }
}
