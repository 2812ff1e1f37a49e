namespace LocalCloud.Tests.Fuzz;

/// <param name="Bytes">As they go over the wire.</param>
/// <param name="IsFramed">Whether it ends where its head says, so that another may follow on the connection.</param>
internal sealed record FuzzedRequest(byte[] Bytes, bool IsFramed);

/// <summary>Makes requests that are almost right.</summary>
internal interface IRequestFuzz
{
    FuzzedRequest Next();
}
