// The channels to choose from.
import { gql, useQuery } from "../api.js";

const CHANNELS = gql`
  query ChannelsToChooseFrom {
    channels(first: 100) {
      nodes {
        code
        name
      }
    }
  }
`;

/** {code, name} of each, once they are there. */
export const useChannels = () => useQuery(CHANNELS).data?.channels.nodes ?? [];
