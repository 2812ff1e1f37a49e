using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Pos.AppHost.Backends;

namespace Pos.AppHost;

/// <summary>
/// What survives a restart: <c>.pos/</c> at the solution's root, or <c>Pos:DataFolder</c>. One AppHost at a time works
/// on it. A backend other than the embedded one keeps what is its own in a folder of its name there: what one has
/// stored is nothing to another.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string LockFile = "lock";
    private static readonly string[] s_notEmbeddeds =
    [
        LockFile,
        BackendSelection.LocalStack,
        BackendSelection.Aws,
        AwsBackend.OutputsFile,
    ];

    private readonly string _backends;
    private readonly FileStream? _lock;
    private readonly Func<string, string>? _parameters;

    private DataFolder(string path, string backends, FileStream? heldLock, Func<string, string>? parameters = null)
    {
        Path = path;
        _backends = backends;
        _lock = heldLock;
        _parameters = parameters;
    }

    public string Path { get; }

    /// <summary>Where the running parts can be reached, by name; for <c>pos</c> and scripts.</summary>
    public string Endpoints => System.IO.Path.Combine(Path, "endpoints.json");

    /// <summary>The processes that work on the folder now.</summary>
    public string Processes => ProcessesIn(Path);

    /// <summary>Another one once the folder was emptied.</summary>
    public string Identity => Secret("id", () => RandomNumberGenerator.GetHexString(12, lowercase: true));

    /// <summary>Whether it is there. A manifest has its paths, and parameters in place of what it keeps.</summary>
    public bool IsOpen => _lock is not null;

    /// <summary>A path in the backend's folder.</summary>
    public string this[string name] => System.IO.Path.Combine(_backends, name);

    /// <param name="path">Made when missing.</param>
    /// <param name="fresh">Whether to delete what the backend has in it.</param>
    /// <param name="backend">Who works on it.</param>
    /// <exception cref="DataFolderException">Another AppHost has it, or it cannot be written.</exception>
    public static DataFolder Open(string path, bool fresh, string backend = BackendSelection.Embedded)
    {
        try
        {
            var backends = FolderOf(path, backend);
            Directory.CreateDirectory(backends);
            var heldLock = TakeLock(path, System.IO.Path.Combine(path, LockFile));
            PreviousRun.WaitForEnd(ProcessesIn(path));
            if (fresh)
                Clear(backends, except: backends == path ? s_notEmbeddeds : []);
            return new DataFolder(path, backends, heldLock);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new DataFolderException(
                $"{path} cannot be used: {error.Message} Was it made by another user? Pos:DataFolder names another folder."
            );
        }
    }

    /// <summary>The folder as a manifest has it: nothing is made.</summary>
    /// <param name="path">Where it would be.</param>
    /// <param name="backend">Who would work on it.</param>
    /// <param name="parameters">Gives the expression of a parameter of that name.</param>
    public static DataFolder Described(string path, string backend, Func<string, string> parameters) =>
        new(path, FolderOf(path, backend), null, parameters);

    /// <summary>A secret that is made once and kept, readable by its owner only.</summary>
    public string Secret(string name, Func<string> make) =>
        _parameters is null ? SecretFile.Read(this[name], make) : _parameters(name);

    public void Dispose() => _lock?.Dispose();

    private static string FolderOf(string path, string backend) =>
        backend == BackendSelection.Embedded ? path : System.IO.Path.Combine(path, backend);

    private static string ProcessesIn(string path) => System.IO.Path.Combine(path, "processes");

    private static FileStream TakeLock(string path, string lockFile)
    {
        try
        {
            return new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new DataFolderException(
                $"Another AppHost is running on {path}. Stop it, or give this one a folder of its own with --Pos:DataFolder=PATH."
            );
        }
    }

    private static void Clear(string path, string[] except)
    {
        foreach (
            var entry in new DirectoryInfo(path).EnumerateFileSystemInfos().Where(entry => !except.Contains(entry.Name))
        )
        {
            if (entry is DirectoryInfo folder)
                folder.Delete(recursive: true);
            else
                entry.Delete();
        }
    }
}

internal sealed class DataFolderException(string message) : StartRefusedException(message);

internal static class DataFolderSetup
{
    /// <summary>Opens the data folder, for as long as the application lives.</summary>
    public static DataFolder AddDataFolder(this IDistributedApplicationBuilder builder, bool fresh)
    {
        var path = Path.GetFullPath(builder.Configuration["Pos:DataFolder"] ?? "../.pos", builder.AppHostDirectory);
        if (builder.ExecutionContext.IsPublishMode)
        {
            var parameters = new Dictionary<string, string>();
            return DataFolder.Described(path, builder.BackendName(), name =>
                parameters.TryGetValue(name, out var known)
                    ? known
                    : parameters[name] = (
                        (IManifestExpressionProvider)builder.AddParameter(name, secret: true).Resource
                    ).ValueExpression
            );
        }
        var data = StartRefusal.Told(() => DataFolder.Open(path, fresh, builder.BackendName()));
        builder.Services.AddSingleton(_ => data); // a factory's result is disposed of with the application
        builder.Services.AddHostedService<RunningProcesses>();
        return data;
    }
}
