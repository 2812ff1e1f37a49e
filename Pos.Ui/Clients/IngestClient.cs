namespace Pos.Ui.Clients;

/// <summary>Sends purchases.</summary>
public sealed class IngestClient(HttpClient http) : ServiceClient(http, "ingest");
