namespace LocalCloud.Tests.Fuzz;

/// <summary>An almost valid request.</summary>
/// <param name="Bytes">The bytes to send.</param>
/// <param name="IsFramed">True if it ends where its head says, so that another request may follow.</param>
internal sealed record FuzzedRequest(byte[] Bytes, bool IsFramed);

/// <summary>Creates almost valid requests.</summary>
internal interface IRequestFuzz
{
    FuzzedRequest Next();
}
